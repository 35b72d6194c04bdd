/* The preview's half in the browser: a page that follows its note.
 *
 * A stream of events says what was saved; the page is then fetched again and morphed in place, so that
 * everything the reader did to it stays: where they scrolled, what they unfolded, selected and typed.
 * Whatever the preview itself shows lives in a shadow root beside <body>, where neither the morph nor
 * the theme's styles reach.
 *
 * Contents: 1 what is shown, 2 a new version of it, 3 the stream, 4 problems, 5 the panel,
 * 6 the editor, 7 notes to be written, 8 the beginning.
 */
(() => {
  "use strict";

  /* 1 What is shown ------------------------------------------------------------------------ */

  const ours = document.currentScript;
  const { path } = ours.dataset; // the output file that this page is
  const page = {
    key: ours.dataset.key ?? "", // equal keys, equal bytes
    note: ours.dataset.note, // what note it shows, "" if none
    token: ours.dataset.token,
    text: null, // its bytes, once it was fetched
    missing: performance.getEntriesByType("navigation")[0]?.responseStatus === 404, // it is "not found" itself
    paused: false, // whether saves may have been missed
    attributes: attributesOf(document.documentElement),
    opened: new WeakMap(), // <details> → whether the page itself, not its reader, has it open
    lines: null, // where its blocks stand in the note, once that was asked
  };
  ours.remove(); // what is not in the page cannot be morphed
  const ran = new Set(programs(document).map((script) => script.outerHTML));
  for (const each of document.querySelectorAll("details")) page.opened.set(each, each.open);

  function attributesOf(element) {
    return new Map(Array.from(element.attributes, ({ name, value }) => [name, value]));
  }

  function programs(root) {
    const kinds = ["", "module", "text/javascript", "application/javascript"];
    return [...root.querySelectorAll("script")].filter((script) => kinds.includes(script.type));
  }

  /* 2 A new version of it ------------------------------------------------------------------ */

  let wanted = 0; // how often a new version was asked for
  let fetching = null;

  /* Fetch the page and show it. Saves that come meanwhile are answered by one more fetch. */
  function renew() {
    wanted += 1;
    fetching ??= (async () => {
      try {
        for (let seen = 0; seen < wanted; ) {
          seen = wanted;
          await fetchOnce();
        }
      } finally {
        fetching = null;
      }
    })();
    return fetching;
  }

  async function fetchOnce() {
    const response = await get(location.href);
    const text = await response?.text();
    if (!response || text === page.text) return;
    const next = new DOMParser().parseFromString(text, "text/html");
    const script = next.querySelector("script[data-path][data-token]");
    if (!script) return; // no page, but an error of the server
    page.token = script.dataset.token;
    page.key = script.dataset.key ?? "";
    page.note = script.dataset.note;
    script.remove();
    page.text = text;
    page.lines = null;
    const onward = elsewhere(next);
    if (onward) return gone(onward);
    if (response.status === 404 && !page.missing) return gone();
    page.missing = response.status === 404;
    stay();
    await show(next);
  }

  /* The answer of the server; undefined if there is none, which the stream will tell. */
  function get(url, options = {}) {
    return fetch(url, { cache: "no-store", ...options }).catch(() => undefined);
  }

  /* Where a page leads that only leads elsewhere: an alias, an old address. */
  function elsewhere(next) {
    const refresh = next.querySelector('meta[http-equiv="refresh" i]')?.content ?? "";
    const url = /^\s*\d+\s*;\s*url=(.+)$/i.exec(refresh)?.[1];
    return url && new URL(url, location.href).pathname;
  }

  async function show(next) {
    // What a script has done to a page cannot be undone, so a page with another script starts anew.
    if (programs(next).some((script) => !ran.has(script.outerHTML))) return location.reload();
    const finish = await renewHead(next.head);
    renewRoot(next.documentElement);
    keepingPlace(() => renewBody(next.body));
    finish();
    document.dispatchEvent(new CustomEvent("kb:renewed"));
  }

  function renewRoot(next) {
    const root = document.documentElement;
    const after = attributesOf(next);
    for (const [name, value] of after) if (page.attributes.get(name) !== value) root.setAttribute(name, value);
    for (const name of page.attributes.keys()) if (!after.has(name)) root.removeAttribute(name);
    page.attributes = after;
  }

  /* Bring <head> up to date and wait for new stylesheets. The old ones go when `finish` is called, so
   * that there is no moment without any. What is equal is not touched: a stylesheet moved is loaded
   * again, and flashes. */
  async function renewHead(next) {
    const left = [...document.head.children];
    const stale = [];
    const arriving = [];
    let last = null;
    for (const wish of next.children) {
      const at = left.findIndex((each) => each.isEqualNode(wish));
      if (at >= 0) {
        last = left[at];
        stale.push(...left.splice(0, at + 1).slice(0, -1));
        continue;
      }
      const element = document.importNode(wish, true);
      if (isStylesheet(element)) arriving.push(arrival(element));
      if (last) last.after(element);
      else document.head.prepend(element);
      last = element;
    }
    stale.push(...left);
    await Promise.all(arriving);
    return () => stale.forEach((each) => each.remove());
  }

  function isStylesheet(element) {
    return element.localName === "link" && element.relList.contains("stylesheet");
  }

  function arrival(link) {
    return new Promise((resolve) => {
      link.onload = link.onerror = resolve;
      setTimeout(resolve, 2000); // a stylesheet from a slow elsewhere holds nobody up
    });
  }

  /* A stylesheet has a new address, and nothing else of this page has changed. */
  async function restyle({ from, to }) {
    const old = [...document.querySelectorAll("link[rel~=stylesheet]")].filter(
      (link) => new URL(link.href).pathname.replace(/^\//, "") === from.replace(/^\//, ""),
    );
    for (const link of old) {
      const fresh = link.cloneNode();
      const root = link.getAttribute("href").split(/[?#]/)[0].slice(0, -from.replace(/^\//, "").length);
      fresh.href = root + to.replace(/^\//, "") + (from === to ? `?${Date.now()}` : "");
      const arrived = arrival(fresh);
      link.after(fresh);
      await arrived;
      link.remove();
    }
  }

  function renewBody(next) {
    closeUp(document.body);
    closeUp(next);
    const unpin = pin(document.body, next);
    window.Idiomorph.morph(document.body, next, {
      morphStyle: "outerHTML",
      ignoreActiveValue: true,
      callbacks: { beforeNodeMorphed, afterNodeAdded, beforeAttributeUpdated },
    });
    unpin();
  }

  /* Take away the blanks between blocks, which nobody sees: the morph looks at all later siblings for
   * each node that has no id (2,000 paragraphs: 440 ms with blanks, 30 ms without). */
  function closeUp(root) {
    const block = /^(P|H[1-6]|[OUD]L|LI|DT|DD|BLOCKQUOTE|PRE|TABLE|THEAD|TBODY|TR|T[HD]|FIGURE|DIV|HR|DETAILS|SECTION)$/;
    const between = (one, other) => (one || other) && [one, other].every((each) => !each || block.test(each.nodeName));
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const blanks = [];
    while (walker.nextNode()) {
      const { data, previousSibling, nextSibling } = walker.currentNode;
      if (!/\S/.test(data) && between(previousSibling, nextSibling)) blanks.push(walker.currentNode);
    }
    for (const blank of blanks) blank.remove();
  }

  /* Give each block that is the same in both versions an id for the time of the morph, so that it is
   * taken for itself, wherever it stands now. Unfolded parts are known by their summaries. */
  function pin(before, after) {
    const blocks = [".body > *", "li", "tr", "details", "iframe", "video", "audio"].map((each) => `${each}:not([id])`).join();
    const identity = (element) =>
      element.localName === "details"
        ? `details ${element.querySelector("summary")?.textContent}`
        : element.outerHTML;
    const twins = new Map();
    for (const element of before.querySelectorAll(blocks)) {
      const known = identity(element);
      if (twins.has(known)) twins.get(known).push(element);
      else twins.set(known, [element]);
    }
    let count = 0;
    for (const element of after.querySelectorAll(blocks)) {
      const twin = twins.get(identity(element))?.shift();
      if (twin) twin.id = element.id = `kb:same-${(count += 1)}`;
    }
    return () => {
      for (const element of document.querySelectorAll('[id^="kb:same-"]')) element.removeAttribute("id");
    };
  }

  function beforeNodeMorphed(old, next) {
    if (old.nodeType === Node.TEXT_NODE) {
      renewText(old, next.data);
      return false;
    }
    return !old.isEqualNode(next); // also what is typed into a field that has not changed
  }

  /* Only the letters that differ are replaced, since a selection ends where its text is taken away. */
  function renewText(node, text) {
    const old = node.data;
    const most = Math.min(old.length, text.length);
    let start = 0;
    while (start < most && old[start] === text[start]) start += 1;
    let end = 0;
    while (end < most - start && old.at(-1 - end) === text.at(-1 - end)) end += 1;
    if (start + end < Math.max(old.length, text.length)) {
      node.replaceData(start, old.length - start - end, text.slice(start, text.length - end));
    }
  }

  function afterNodeAdded(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const added = [...node.querySelectorAll("details")];
    if (node.localName === "details") added.push(node);
    for (const each of added) page.opened.set(each, each.open);
  }

  /* Whether a part is unfolded is its reader's choice, until the note says another thing than before. */
  function beforeAttributeUpdated(name, element, change) {
    if (name !== "open" || element.localName !== "details") return true;
    const open = change === "update";
    if (page.opened.get(element) === open) return false;
    page.opened.set(element, open);
    return true;
  }

  /* Do something to the page and leave the first block in sight where it is on the screen. */
  function keepingPlace(change) {
    const inSight = [...document.querySelectorAll(".body > *, main > *, main > * > *")]
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.bottom > 0 && box.top < innerHeight)
      .sort((one, other) => (one.box.top < 0) - (other.box.top < 0) || one.box.top - other.box.top);
    const from = scrollY;
    const root = document.documentElement;
    root.style.overflowAnchor = "none"; // the browser's own way of doing this would add to ours
    change();
    const anchor = from > 0 && inSight.find(({ element }) => element.isConnected);
    if (anchor) {
      const moved = anchor.element.getBoundingClientRect().top - anchor.box.top;
      scrollTo({ top: from + moved, behavior: "instant" });
    }
    requestAnimationFrame(() => {
      root.style.removeProperty("overflow-anchor");
      if (!root.getAttribute("style")) root.removeAttribute("style");
    });
  }

  /* 3 The stream --------------------------------------------------------------------------- */

  const LONGEST_WAIT = 4000;
  let stream = null;
  let failures = 0;
  let retry = 0;
  let sleep = 0;

  function connect() {
    clearTimeout(retry);
    stream?.close();
    const asked = new URLSearchParams({ path });
    if (follows()) asked.set("follow", "1");
    stream = new EventSource(`/_kb/events?${asked}`);
    const on = (name, act) => stream.addEventListener(name, (event) => act(JSON.parse(event.data || "{}")));
    on("hello", connected);
    on("page", ({ key }) => (key && key === page.key ? stay() : renew()));
    on("gone", ({ to }) => gone(to));
    on("style", restyle);
    on("problems", ({ errors, warnings }) => {
      panel.total(errors + warnings);
      askProblems();
    });
    on("follow", ({ url }) => follow(url));
    stream.onerror = lost;
  }

  function connected({ key = page.key }) {
    const again = failures > 0 || page.paused;
    failures = 0;
    page.paused = false;
    panel.connected(true);
    // Something may have been saved between the page and its stream. And a server that started again has
    // another token, which comes with the page.
    if (again || key !== page.key) renew();
    askProblems();
  }

  /* The browser's own way to come back gives up on the first refusal, so we have ours. */
  function lost() {
    stream.close();
    failures += 1;
    if (failures > 1) panel.connected(false);
    retry = setTimeout(connect, Math.min(LONGEST_WAIT, 100 * 2 ** failures));
  }

  function pause() {
    clearTimeout(retry);
    stream?.close();
    stream = null;
    page.paused = true;
  }

  /* A browser keeps six connections to one host, for all its tabs. A tab that nobody sees needs none:
   * it catches up when it is looked at. */
  function looked() {
    clearTimeout(sleep);
    if (document.hidden && !follows()) sleep = setTimeout(pause, 1000);
    else if (!document.hidden && !stream) connect();
  }

  function follows() {
    return (kept("follow") ?? String(ours.dataset.follow !== undefined)) === "true";
  }

  function follow(url) {
    const target = inside(url);
    if (follows() && target.pathname !== location.pathname) location.assign(target);
  }

  /* An address of this very server, whatever it begins with. */
  function inside(url) {
    return new URL(url.replace(/^[/\\]*/, "/"), location.origin);
  }

  /* What this tab remembers from page to page. */
  function kept(name) {
    return sessionStorage.getItem(`kb:${name}`);
  }

  function keep(name, value) {
    sessionStorage.setItem(`kb:${name}`, value);
  }

  /* 4 Problems ----------------------------------------------------------------------------- */

  async function askProblems() {
    const response = await get(`/_kb/problems.json?${new URLSearchParams({ path })}`);
    if (response?.ok) panel.problems(await response.json());
  }

  /* The names that a hint proposes: did you mean 'Incremental builds' (notes/builds.md) or 'Builds'? */
  function proposals(hint) {
    const named = /^(.*?\bdid you mean )(.+)\?$/su.exec(hint);
    if (!named) return [];
    return [...named[2].matchAll(/'(.+?)'(?: \(([^)]+)\))?(?=,? or |, |$)/gsu)].map(([, name, where]) => ({ name, where }));
  }

  function counted(problems) {
    const count = (severity) => problems.filter((each) => each.severity === severity).length;
    const said = (number, word) => (number ? [`${number} ${word}${number === 1 ? "" : "s"}`] : []);
    return [...said(count("error"), "error"), ...said(count("warning"), "warning")].join(", ");
  }

  function gone(to) {
    page.key = "";
    page.text = "";
    panel.gone(true, to && inside(to).pathname);
  }

  function stay() {
    panel.gone(false);
  }

  /* 5 The panel ---------------------------------------------------------------------------- */

  function make(name, properties = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (key in element) element[key] = value;
      else element.setAttribute(key, value);
    }
    element.append(...children.filter((child) => child !== "" && child !== null));
    return element;
  }

  const panel = (() => {
    const ids = { heading: "heading", panel: "panel" };
    const mark = make("button", { className: "mark", type: "button", "aria-controls": ids.panel, onclick: () => toggle() });
    const heading = make("h2", { id: ids.heading });
    const about = make("p", { className: "note" });
    const news = make("div", { className: "news", role: "status" });
    const list = make("ol", { className: "problems" });
    const akin = make("ol", {});
    const like = make("details", { className: "like", ontoggle: () => askLike() }, make("summary", {}, "Notes with words like these"), akin);
    const named = make("div", {});
    const unlinked = make("details", { className: "like unlinked", ontoggle: () => askMentions() }, make("summary", {}, "Mentions without a link"), named);
    const all = make("a", { href: "/_kb/problems" }, "All problems");
    const following = make("input", {
      type: "checkbox",
      checked: follows(),
      onchange: () => (keep("follow", following.checked), connect()),
    });
    const sheet = make(
      "section",
      { id: ids.panel, className: "sheet", role: "dialog", "aria-labelledby": ids.heading, tabIndex: -1 },
      make("header", {}, heading, make("button", { className: "close", type: "button", "aria-label": "Close", onclick: () => close() }, "×")),
      news,
      about,
      list,
      unlinked,
      like,
      make(
        "footer",
        {},
        all,
        make("label", {}, following, " Follow the note being saved"),
        make("span", { className: "tip" }, "Alt-click a paragraph to open it in your editor."),
      ),
    );
    const told = make("p", { className: "told", role: "status" });
    const corner = make("div", { className: "corner", hidden: true }, sheet, told, mark);
    const host = make("kb-preview", { lang: "en", dir: "ltr", "data-search": "/_kb/search" }); // where the theme's search asks
    const sheetOfStyles = make("link", { rel: "stylesheet", href: "/_kb/preview.css", onload: () => (corner.hidden = false) });
    host.attachShadow({ mode: "open" }).append(sheetOfStyles, corner);

    const state = { connected: true, gone: false, problems: [], by: "" };
    let silence = 0;

    function draw() {
      const { problems } = state;
      const count = counted(problems);
      const worst = ["error", "warning"].find((severity) => problems.some((each) => each.severity === severity));
      const status = state.connected ? (state.gone ? "gone" : (worst ?? "well")) : "lost";
      const words = { lost: "Not connected", gone: "This page is gone", well: "No problems in this note" };
      mark.dataset.status = status;
      mark.replaceChildren(make("span", { className: status === "well" ? "unseen" : "" }, words[status] ?? count));
      mark.title = words[status] ?? `${count} in this note`;
      mark.setAttribute("aria-expanded", String(!sheet.hidden));
      heading.textContent = status === "lost" || status === "gone" ? words[status] : count || words.well;
      list.hidden = !problems.length;
      unlinked.hidden = like.hidden = !page.note || state.gone;
      about.replaceChildren(...(page.note && !state.gone ? [place({ path: page.note, line: 1 }, page.note)] : []));
    }

    function open(by) {
      state.by = by;
      sheet.hidden = false;
      if (by === "reader") {
        keep("panel", "open");
        sheet.focus({ preventScroll: true });
      }
      draw();
    }

    function close() {
      const focused = sheet.contains(host.shadowRoot.activeElement);
      sheet.hidden = true;
      keep("panel", "closed");
      draw();
      if (focused) mark.focus({ preventScroll: true });
    }

    function toggle() {
      if (sheet.hidden) open("reader");
      else close();
    }

    function connectedIs(is) {
      state.connected = is;
      news.dataset.lost = is ? "" : "lost";
      say(is);
    }

    function say(is) {
      const lost = is ? [] : [make("p", {}, "kb serve does not answer. This page comes back to life when it runs again.")];
      const { to } = state;
      const away = !state.gone
        ? []
        : to
          ? [make("p", {}, "This note has moved to ", make("a", { href: to }, decodeURI(to)), ".")]
          : [make("p", {}, "There is no such note any more. What you see is its last version. ", make("a", { href: "/" }, "Go home"), ".")];
      news.replaceChildren(...lost, ...away);
      draw();
    }

    function goneIs(is, to = "") {
      if (!is && !state.gone) return;
      const same = state.gone === is && (state.to === to || !to);
      if (!same) {
        state.gone = is;
        state.to = to;
        say(state.connected);
        if (is && sheet.hidden) open("itself");
        else if (!is && state.by === "itself" && !state.problems.length) sheet.hidden = true;
      }
      draw();
    }

    /* Errors open the panel, each set of them once. What opened by itself closes with its reason. */
    function problemsAre({ problems }) {
      const order = ["error", "warning", "info"];
      problems.sort((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity));
      state.problems = problems;
      askMentions();
      list.replaceChildren(...problems.map(item));
      const errors = problems.filter(({ severity }) => severity === "error");
      const reason = JSON.stringify(errors.map(({ path: file, code, message }) => [file, code, message]));
      const known = kept(`seen ${path}`);
      keep(`seen ${path}`, reason);
      if (errors.length && known !== reason && sheet.hidden) open("itself");
      else if (!errors.length && state.by === "itself" && !state.gone) sheet.hidden = true;
      draw();
    }

    function totalIs(count) {
      all.textContent = count ? `All problems (${count})` : "All problems";
    }

    function item(problem) {
      const { severity, code, message, hint, excerpt } = problem;
      const offered = proposals(hint);
      const here = page.note && `/${problem.path}`.endsWith(`/${page.note}`);
      const where = here ? `line ${problem.line}` : `${problem.path}:${problem.line}`;
      return make(
        "li",
        { "data-severity": severity },
        make("p", { className: "where" }, place(problem, where), " ", make("span", { className: "code" }, code)),
        make("p", { className: "message" }, make("span", { className: "unseen" }, `${severity}: `), message),
        excerpt ? make("pre", {}, excerpt) : "",
        offered.length ? meant(offered) : hint ? make("p", { className: "hint" }, hint) : "",
      );
    }

    function meant(offered) {
      const names = offered.map(({ name, where }) =>
        make("button", { type: "button", className: "name", title: where ? `${where}: click to copy` : "Click to copy", onclick: () => copy(name) }, name),
      );
      return make("p", { className: "hint" }, "Did you mean ", ...names.flatMap((each, at) => (at ? [" or ", each] : [each])), "?");
    }

    function place({ path: file, line }, text) {
      const act = () => openEditor(file, line);
      return make("button", { type: "button", className: "place", title: "Open in the editor", onclick: act }, text);
    }

    async function copy(name) {
      try {
        await navigator.clipboard.writeText(name);
        tell(`Copied: ${name}`);
      } catch {
        tell(`Your browser does not let us copy: ${name}`);
      }
    }

    /* A line that goes away by itself. */
    function tell(text) {
      told.textContent = text;
      clearTimeout(silence);
      silence = setTimeout(() => (told.textContent = ""), 4000);
    }

    /* The notes whose words are most like those of this one, as it was last saved. */
    async function askLike() {
      if (!like.open || like.hidden) return;
      const response = await get(`/_kb/like?${new URLSearchParams({ path })}`);
      if (!response?.ok) return akin.replaceChildren(make("li", {}, "kb serve does not answer."));
      const { hits } = await response.json();
      const notes = hits.map(({ title, url, marks, words }) =>
        make("li", {}, make("a", { href: inside(url).pathname }, title), ...marks.map((each) => ` (${each})`), make("span", {}, words.join(", "))),
      );
      akin.replaceChildren(...(notes.length ? notes : [make("li", {}, "No other note has such words.")]));
    }

    /* The places where this note names another one and does not link to it, and where others name this one. */
    async function askMentions() {
      if (!unlinked.open || unlinked.hidden) return;
      const response = await get(`/_kb/mentions?${new URLSearchParams({ path })}`);
      if (!response?.ok) return named.replaceChildren(make("p", {}, "kb serve does not answer."));
      const { here, there } = await response.json();
      const groups = [...group("In this note", here), ...group("Of this note, in others", there)];
      named.replaceChildren(...(groups.length ? groups : [make("p", {}, "Whoever is named is linked.")]));
    }

    function group(title, mentions) {
      return mentions.length ? [make("h3", {}, title), make("ol", {}, ...mentions.map(mention))] : [];
    }

    /* Where it is, what it is about, and what to write there, to be copied. */
    function mention({ path: file, line, message, hint, excerpt }) {
      const link = /\[\[.+\]\]$/su.exec(hint)?.[0] ?? hint;
      const here = page.note && `/${file}`.endsWith(`/${page.note}`);
      const copied = make("button", { type: "button", className: "name", title: "Click to copy", onclick: () => copy(link) }, link);
      return make(
        "li",
        { title: `${message}\n\n${excerpt.trim()}` },
        place({ path: file, line }, here ? `line ${line}` : `${file}:${line}`),
        " ",
        copied,
      );
    }

    document.addEventListener("kb:renewed", askLike);
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || sheet.hidden) return;
      event.preventDefault();
      close();
    });
    sheet.hidden = kept("panel") !== "open";
    document.documentElement.append(host);
    draw();
    return { connected: connectedIs, gone: goneIs, problems: problemsAre, total: totalIs, tell };
  })();

  /* 6 The editor --------------------------------------------------------------------------- */

  async function openEditor(file, line) {
    const response = await get("/_kb/open", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ path: file, line, token: page.token }),
    });
    if (!response) panel.tell("kb serve does not answer.");
    else panel.tell(response.ok ? `Opening ${file}:${line}` : await refused(response));
  }

  async function refused(response) {
    if (!response.headers.get("Content-Type")?.includes("json")) return (await response.text()).trim();
    const { message, hint } = await response.json();
    return [message, hint].filter(Boolean).join("; ");
  }

  async function openAt(target) {
    if (!page.lines) {
      const response = await get(`/_kb/lines?${new URLSearchParams({ path })}`);
      if (!response?.ok) return;
      page.lines = (await response.json()).lines;
    }
    const block = target.closest(".body > *");
    const at = block ? [...block.parentElement.children].indexOf(block) : 0;
    openEditor(page.note, block ? (page.lines[at] ?? page.lines.at(-1) ?? 1) : 1);
  }

  function altClick(event) {
    const alone = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    if (!alone || !page.note || !event.target.closest?.("main")) return;
    event.preventDefault(); // a link would be downloaded
    event.stopPropagation();
    openAt(event.target);
  }

  /* 7 Notes to be written ------------------------------------------------------------------ */

  /* A link that leads nowhere invites to write what it speaks of. The page's bytes are those of a build, so the server
   * tells which links these are, by what they show, in the order of the text. */
  async function invite() {
    const links = [...document.querySelectorAll("main a.missing:not([href])")];
    if (!links.length || !page.note) return;
    const response = await get(`/_kb/missing?${new URLSearchParams({ path })}`);
    if (!response?.ok) return;
    const { missing } = await response.json();
    for (const link of links) {
      const at = missing.findIndex(({ label }) => label.trim() === link.textContent.trim());
      if (at < 0) continue;
      link.href = missing[at].url;
      link.title ||= "Not written yet. See who speaks of it, and begin it";
      missing.splice(at, 1);
    }
  }

  /* 8 The beginning ------------------------------------------------------------------------ */

  document.addEventListener("click", altClick, true);
  document.addEventListener("visibilitychange", looked);
  document.addEventListener("kb:renewed", invite);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", invite);
  else invite();
  addEventListener("pagehide", pause);
  addEventListener("pageshow", (event) => event.persisted && looked());

  // In the shadow root it survives every morph.
  const idiomorph = document.createElement("script");
  idiomorph.src = "/_kb/idiomorph.js";
  idiomorph.onload = looked;
  document.querySelector("kb-preview").shadowRoot.append(idiomorph);
})();
