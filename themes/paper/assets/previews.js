/* What is behind a link: the beginning of a note, or the section that the link names, out of the page's own HTML.
 *
 * It comes after a rest of the pointer or of the focus, goes with Escape, can be pointed at, moves nothing. A finger that
 * taps a link follows it; one that rests on it is shown the preview at the foot of the window, in place of the browser's
 * menu, and the ways on. Who saves data is shown none.
 */
(() => {
  "use strict";

  const REST = 300; // milliseconds
  const LEAVE = 200; // to get to the preview
  const GAP = 6; // pixels
  const FINGER = {};
  const MOST = 500; // letters, counted in whole blocks
  const LINKS =
    ":is(.body, .backlinks, .outgoing, .related, .graph) a:not(.tag, .permalink, .footnote-backref, .footnote-ref *)";
  const HEADING = /^H[1-6]$/;
  const DROPPED =
    "script, style, iframe, object, embed, img, video, audio, canvas, svg, form, input, .permalink, .footnote-ref, .footnotes";
  const KEPT = /^(class|lang|dir|start|display|math\w+|data-\w+)$/;

  const pages = new Map();
  let box, link, timer;

  const saves = () => matchMedia("(prefers-reduced-data: reduce)").matches || navigator.connection?.saveData;

  /* The address behind a link, if a page of this site is there. */
  function address(a) {
    const url = new URL(a.href.baseVal ?? a.href, document.baseURI);
    const plain = /(^|\/)[^/.]*$|\.html?$/i.test(url.pathname);
    return plain && url.origin === location.origin && url.protocol !== "file:" ? url : null;
  }

  function page({ pathname, search }) {
    const path = pathname + search;
    if (path === location.pathname + location.search) return document;
    if (!pages.has(path)) pages.set(path, fetched(path));
    return pages.get(path);
  }

  async function fetched(path) {
    const answer = await fetch(path);
    return new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
  }

  /* A title and some blocks of a page; nothing if it is no note's, or has no such place. */
  function excerpt(from, hash) {
    const body = from.querySelector("main .body");
    const title = from.querySelector("main h1");
    let top = hash ? from.getElementById(decodeURIComponent(hash.slice(1))) : title;
    if (!body || !top || (top !== title && !body.contains(top))) return null;
    if (top !== title && !HEADING.test(top.tagName)) return [title, top];
    const found = [top];
    let block = top === title ? body.firstElementChild : top.nextElementSibling;
    for (let length = 0; block && length < MOST; block = block.nextElementSibling) {
      if (HEADING.test(block.tagName) && (top === title ? found[1] : block.tagName <= top.tagName)) break;
      if (block.matches(DROPPED) || !block.textContent.trim()) continue;
      found.push(block);
      length += block.textContent.length;
    }
    return found;
  }

  /* A copy that can do nothing: no script, no address, no id, no handler. */
  function inert(element) {
    const copy = document.importNode(element, true);
    for (const each of copy.querySelectorAll(DROPPED)) each.remove();
    for (const each of [copy, ...copy.querySelectorAll("*")]) {
      for (const { name } of [...each.attributes]) if (!KEPT.test(name)) each.removeAttribute(name);
    }
    return copy;
  }

  function make(name, className, ...children) {
    const element = document.createElement(name);
    element.className = className;
    element.append(...children);
    return element;
  }

  async function show(a, point) {
    const url = address(a);
    const found = url && excerpt(await page(url), url.hash);
    if (!found || a !== link || !a.isConnected) return;
    const [title, ...blocks] = found.map(inert);
    box ??= make("div", "preview");
    box.id = "kb:preview";
    box.role = point === FINGER ? "dialog" : "tooltip";
    box.ariaLabel = title.textContent;
    box.onpointerenter = () => clearTimeout(timer);
    box.onpointerleave = leave;
    box.replaceChildren(make("p", "preview-title", ...title.childNodes), make("div", "body", ...blocks));
    document.documentElement.append(box); // beside <body>
    a.setAttribute("aria-describedby", box.id);
    box.classList.toggle("foot", point === FINGER);
    if (point === FINGER) box.append(make("p", "ways", way(url, "Open"), " ", way(url, "Open in a new tab", "_blank")));
    else place(a, point);
  }

  function way(url, words, target = "") {
    const link = make("a", "", words);
    link.href = url;
    link.target = target;
    return link;
  }

  /* Below the line of the link that is pointed at, or above it where there is more room. */
  function place(a, point) {
    const lines = [...a.getClientRects()];
    const line = lines.find(({ top, bottom }) => point && top <= point.y && point.y <= bottom) ?? lines[0];
    if (!line) return hide();
    const { clientWidth, clientHeight } = document.documentElement;
    const below = clientHeight - line.bottom - 2 * GAP;
    const above = line.top - 2 * GAP;
    box.style.translate = "0 0";
    box.style.maxBlockSize = `min(20rem, ${Math.max(below, above)}px)`;
    const { left, top, width, height } = box.getBoundingClientRect();
    const x = Math.max(GAP, Math.min(line.left, clientWidth - width - GAP));
    const y = height > below && above > below ? line.top - GAP - height : line.bottom + GAP;
    box.style.translate = `${x - left}px ${y - top}px`;
  }

  function hide() {
    clearTimeout(timer);
    link?.removeAttribute("aria-describedby");
    link = null;
    box?.remove();
  }

  function wait(a, point) {
    if (!a) return;
    clearTimeout(timer);
    if (a === link && box?.isConnected) return;
    hide();
    link = a;
    timer = setTimeout(() => show(a, point).catch(() => {}), REST); // a page that cannot be had
  }

  function leave() {
    clearTimeout(timer);
    timer = setTimeout(hide, LEAVE);
  }

  const linkAt = ({ target }) => (saves() ? null : target.closest(LINKS));
  const on = (name, heard) => document.addEventListener(name, heard);

  on("pointerover", (event) => event.pointerType !== "touch" && wait(linkAt(event), event));
  on("pointerout", ({ target, relatedTarget }) => link?.contains(target) && !link.contains(relatedTarget) && leave());
  on("focusin", (event) => event.target.matches(":focus-visible") && wait(linkAt(event)));
  on("focusout", ({ target }) => target === link && hide());
  on("keydown", ({ key }) => key === "Escape" && hide());
  on("click", ({ target }) => box?.contains(target) && !target.closest("a") ? 0 : hide());
  on("contextmenu", (event) => {
    const a = event.pointerType === "touch" && linkAt(event);
    if (!a || !address(a)) return;
    event.preventDefault();
    hide();
    link = a;
    show(a, FINGER).catch(() => location.assign(a.href));
  });
  on("kb:renewed", () => (pages.clear(), hide()));
})();
