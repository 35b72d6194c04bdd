/* The graph of all notes: laid out by d3-force, drawn on a canvas.
 *
 * The data lie in a file of their own (kb/features/graph.py), which is fetched here alone. The canvas is a picture for
 * the pointer; what it shows stands below it as a table of links, which follows the filters, too, and is all there is
 * where no script runs. Names come as text only. Positions are the same at every visit.
 */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";

  const place = document.querySelector(".graph-all");
  const canvas = place?.querySelector("canvas");
  if (!canvas || !window.d3?.forceSimulation) return;

  const MOST = 2500; // notes drawn at a time
  const ROWS = 100; // in the table
  const TICKS = 240;
  const FRAME = 12; // milliseconds of layout between two frames
  const form = place.querySelector("form");
  const status = place.querySelector("[role=status]");
  const table = place.querySelector("tbody");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const pen = canvas.getContext("2d");
  const root = new URL(place.dataset.root || "./", document.baseURI);

  let all = [];
  let total = 0; // notes of the site: of very many, the data hold those with most links
  let links = [];
  let nodes = [];
  let drawn = [];
  let simulation, over, view, colours, frame;

  /* What is drawn -------------------------------------------------------------------------- */

  function read({ notes, tags, kinds, links: pairs, total: every = notes.length }) {
    total = every;
    all = notes.map(([title, url, folder, kind, own], id) => ({
      id, title, url, folder, kind: kinds[kind], tags: own.map((tag) => tags[tag]), to: 0, from: 0, near: new Set(),
    }));
    links = pairs.flatMap((targets, from) => targets.map((to) => [all[from], all[to]]));
    for (const [from, to] of links) {
      from.to += 1;
      to.from += 1;
      from.near.add(to);
      to.near.add(from);
    }
  }

  const choices = {
    tag: () => all.flatMap((note) => note.tags.flatMap((tag) => tag.split("/").map((_, i, parts) => parts.slice(0, i + 1).join("/")))),
    kind: () => all.map((note) => note.kind),
    folder: () => all.flatMap((note) => note.folder.split("/").map((_, i, parts) => parts.slice(0, i + 1).join("/"))),
  };

  const wanted = {
    tag: (note, tag) => note.tags.some((own) => own === tag || own.startsWith(`${tag}/`)),
    kind: (note, kind) => note.kind === kind,
    folder: (note, folder) => note.folder === folder || note.folder.startsWith(`${folder}/`),
  };

  function offer() {
    for (const [name, values] of Object.entries(choices)) {
      const counts = new Map();
      for (const value of values()) if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
      const select = form.elements[name];
      const [count] = counts.values();
      select.disabled = !count || (counts.size === 1 && count === all.length);
      const sorted = [...counts.keys()].sort((one, other) => one.localeCompare(other));
      select.append(...sorted.map((value) => new Option(value, value)));
    }
  }

  function choose() {
    const filters = Object.keys(wanted).map((name) => [wanted[name], form.elements[name].value]).filter(([, value]) => value);
    const found = all.filter((note) => filters.every(([fits, value]) => fits(note, value)));
    found.sort((one, other) => other.from + other.to - one.from - one.to || one.id - other.id);
    nodes = found.slice(0, MOST);
    const shown = new Set(nodes);
    drawn = links.filter(([from, to]) => shown.has(from) && shown.has(to));
    const some = nodes.length < found.length || all.length < total;
    const of = nodes.length < total ? ` of ${total}` : "";
    status.textContent =
      `Showing ${nodes.length}${of} notes and ${drawn.length} links` + (some ? ": those with most links" : "");
    list();
    layOut();
  }

  function list() {
    table.replaceChildren(
      ...nodes.slice(0, ROWS).map((note) => {
        const row = document.createElement("tr");
        const name = document.createElement("th");
        const link = document.createElement("a");
        name.scope = "row";
        link.href = address(note);
        link.textContent = note.title;
        name.append(link);
        row.append(name);
        for (const count of [note.from, note.to]) row.insertCell().textContent = count;
        return row;
      }),
    );
  }

  const address = (note) => new URL(note.url || "./", root).href;

  /* Where it stands ------------------------------------------------------------------------ */

  function layOut() {
    simulation?.stop();
    over = null;
    const { forceSimulation, forceLink, forceManyBody, forceX, forceY, forceCollide } = d3;
    for (const note of nodes) {
      note.size = 2.5 + Math.sqrt(note.from + note.to);
      delete note.x;
      delete note.y;
      delete note.fx;
      delete note.fy;
    }
    const pairs = drawn.map(([source, target]) => ({ source, target }));
    simulation = forceSimulation(nodes)
      .force("link", forceLink(pairs).distance(44))
      .force("charge", forceManyBody().strength(-70).theta(1).distanceMax(500))
      .force("collide", forceCollide((note) => note.size + 2))
      .force("x", forceX().strength(0.05))
      .force("y", forceY().strength(0.05))
      .stop();
    view = null;
    go(TICKS);
  }

  /* A few milliseconds of layout, then a frame. Who minds movement sees the end of it alone. */
  function go(ticks) {
    cancelAnimationFrame(frame);
    const run = simulation;
    const step = () => {
      const end = performance.now() + FRAME;
      while (ticks > 0 && performance.now() < end) {
        run.tick();
        ticks -= 1;
      }
      if (ticks <= 0 || !still.matches) draw();
      if (ticks > 0) frame = requestAnimationFrame(step);
      else place.dataset.drawn = nodes.length;
    };
    delete place.dataset.drawn;
    frame = requestAnimationFrame(step);
  }

  /* How it is drawn ------------------------------------------------------------------------ */

  /* The theme's colours as they are now: the canvas's own style says them. */
  function look() {
    const style = getComputedStyle(canvas);
    colours = {
      ink: style.color, rule: style.borderTopColor, soft: style.outlineColor, accent: style.caretColor, paper: style.backgroundColor,
    };
    pen.font = `13px ${style.fontFamily}`;
  }

  function size() {
    const { clientWidth, clientHeight } = canvas;
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(clientWidth * ratio) || canvas.height !== Math.round(clientHeight * ratio)) {
      canvas.width = Math.round(clientWidth * ratio);
      canvas.height = Math.round(clientHeight * ratio);
    }
    return [clientWidth, clientHeight, ratio];
  }

  /* The whole of it in the frame, until somebody moves it. */
  function fitted(width, height) {
    const xs = nodes.map(({ x }) => x);
    const ys = nodes.map(({ y }) => y);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const k = Math.min(2, (width - 80) / (right - left || 1), (height - 60) / (bottom - top || 1));
    return { k, x: width / 2 - (k * (left + right)) / 2, y: height / 2 - (k * (top + bottom)) / 2 };
  }

  let fit = { k: 1, x: 0, y: 0 };
  const now = () => view ?? fit;
  const screen = ({ x, y }, { k, x: dx, y: dy } = now()) => [x * k + dx, y * k + dy];

  function draw() {
    const [width, height, ratio] = size();
    if (!colours) look();
    fit = nodes.length ? fitted(width, height) : fit;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.font = `13px ${getComputedStyle(canvas).fontFamily}`;
    strokes(drawn, colours.rule, over ? 0.5 : 1);
    if (over) strokes(drawn.filter((pair) => pair.includes(over)), colours.accent, 1);
    const { k } = now();
    for (const note of nodes) {
      const [x, y] = screen(note);
      const near = note === over || over?.near.has(note);
      pen.globalAlpha = over && !near ? 0.35 : 1;
      pen.fillStyle = near ? colours.accent : colours.soft;
      pen.beginPath();
      pen.arc(x, y, radius(note, k), 0, 7);
      pen.fill();
    }
    pen.globalAlpha = 1;
    names(width, height);
  }

  const radius = (note, k) => Math.max(1.3, note.size * (k < 1 ? k : Math.min(1.4, Math.sqrt(k))));

  function strokes(pairs, colour, alpha) {
    pen.strokeStyle = colour;
    pen.globalAlpha = alpha;
    pen.beginPath();
    for (const [from, to] of pairs) {
      pen.moveTo(...screen(from));
      pen.lineTo(...screen(to));
    }
    pen.stroke();
    pen.globalAlpha = 1;
  }

  /* Names where there is room for them, those with most links first; of a note that is pointed at, and its neighbours, before all. */
  function names(width, height) {
    const taken = [];
    const first = over ? [over, ...[...over.near].filter((note) => nodes.includes(note))] : [];
    const others = over ? [] : nodes.slice(0, now().k < 0.5 ? 30 : 400);
    pen.textAlign = "center";
    pen.textBaseline = "top";
    pen.lineWidth = 3;
    pen.lineJoin = "round";
    pen.strokeStyle = colours.paper;
    for (const note of [...first, ...others]) {
      const [x, y] = screen(note);
      if (x < 0 || y < 0 || x > width || y > height) continue;
      const text = note.title.length > 32 ? `${note.title.slice(0, 31)}…` : note.title;
      const half = pen.measureText(text).width / 2 + 3;
      const at = Math.max(half, Math.min(x, width - half));
      const top = y + radius(note, now().k) + 2;
      const box = [at - half, top, at + half, top + 16];
      const meets = taken.some(([a, b, c, d]) => box[0] < c && a < box[2] && box[1] < d && b < box[3]);
      if (meets && note !== over) continue;
      taken.push(box);
      pen.strokeText(text, at, top);
      pen.fillStyle = note === over ? colours.accent : colours.ink;
      pen.fillText(text, at, top);
    }
    pen.lineWidth = 1;
  }

  const redraw = () => {
    cancelAnimationFrame(redraw.frame);
    redraw.frame = requestAnimationFrame(draw);
  };

  /* The pointer and the keys --------------------------------------------------------------- */

  function noteAt([px, py]) {
    let best = null;
    let least = 14 ** 2;
    for (const note of nodes) {
      const [x, y] = screen(note);
      const distance = (x - px) ** 2 + (y - py) ** 2;
      if (distance < least) [best, least] = [note, distance];
    }
    return best;
  }

  const at = ({ offsetX, offsetY }) => [offsetX, offsetY];

  function zoom(factor, [px, py] = [canvas.clientWidth / 2, canvas.clientHeight / 2]) {
    const { k, x, y } = now();
    const to = Math.max(0.05, Math.min(8, k * factor));
    view = { k: to, x: px - ((px - x) * to) / k, y: py - ((py - y) * to) / k };
    redraw();
  }

  function pan(dx, dy) {
    const { k, x, y } = now();
    view = { k, x: x + dx, y: y + dy };
    redraw();
  }

  const held = new Map(); // pointers that are down
  let moved, dragged, grip;

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    held.set(event.pointerId, at(event));
    moved = held.size > 1;
    dragged = event.pointerType === "mouse" && held.size === 1 ? noteAt(at(event)) : null;
    grip = held.size === 2 ? spread() : null;
  });

  const spread = () => {
    const [[ax, ay], [bx, by]] = [...held.values()];
    return { width: Math.hypot(ax - bx, ay - by) || 1, middle: [(ax + bx) / 2, (ay + by) / 2] };
  };

  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = at(event);
    const before = held.get(event.pointerId);
    if (!before) return point(noteAt([x, y]));
    if (!moved && Math.hypot(x - before[0], y - before[1]) < 4) return;
    moved = true;
    held.set(event.pointerId, [x, y]);
    if (held.size === 2) {
      const next = spread();
      zoom(next.width / grip.width, next.middle);
      pan(next.middle[0] - grip.middle[0], next.middle[1] - grip.middle[1]);
      grip = next;
    } else if (dragged) {
      view ??= { ...fit };
      const { k, x: dx, y: dy } = now();
      [dragged.x, dragged.y] = [(x - dx) / k, (y - dy) / k];
      redraw();
    } else pan(x - before[0], y - before[1]);
  });

  function release(event) {
    if (!held.delete(event.pointerId)) return;
    const note = event.type === "pointerup" && !moved && noteAt(at(event));
    if (note) open(note, event);
    else if (dragged && moved && !still.matches) {
      [dragged.fx, dragged.fy] = [dragged.x, dragged.y];
      simulation.alpha(0.3);
      go(60);
    }
    dragged = null;
  }

  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => point(null));

  function open(note, { ctrlKey, metaKey }) {
    if (ctrlKey || metaKey) window.open(address(note), "_blank", "noopener");
    else location.assign(address(note));
  }

  function point(note) {
    if (note === over) return;
    over = note;
    canvas.classList.toggle("points", Boolean(note));
    redraw();
  }

  /* The wheel scrolls the page; with Ctrl, which is what a pinch on a touchpad sends, or on a graph that has the focus, it zooms. */
  canvas.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && document.activeElement !== canvas) return;
      event.preventDefault();
      zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), at(event));
    },
    { passive: false },
  );

  const whole = () => {
    view = null;
    redraw();
  };
  const STEP = 60;
  const keys = {
    "+": () => zoom(1.4), "=": () => zoom(1.4), "-": () => zoom(1 / 1.4), 0: whole,
    ArrowLeft: () => pan(STEP, 0), ArrowRight: () => pan(-STEP, 0), ArrowUp: () => pan(0, STEP), ArrowDown: () => pan(0, -STEP),
  };
  canvas.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  const buttons = { nearer: () => zoom(1.4), farther: () => zoom(1 / 1.4), whole };
  place.addEventListener("click", ({ target }) => buttons[target.name]?.());

  form.addEventListener("change", choose);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("resize", redraw);
  const recolour = () => {
    colours = null;
    redraw();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  new MutationObserver(recolour).observe(document.documentElement, { attributes: true });

  /* The beginning -------------------------------------------------------------------------- */

  status.textContent = "Reading the graph …";
  fetch(new URL(place.dataset.graph, document.baseURI))
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
    .then((found) => {
      read(found);
      offer();
      for (const button of place.querySelectorAll("button")) button.disabled = false;
      choose();
    })
    .catch(() => {
      status.textContent = "The graph could not be read; the list below has the notes with most links.";
    });
});
