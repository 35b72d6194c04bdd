/* Search as a person meets it: the dialog, the results page, and the words marked where one lands.
 *
 * This is all that a page pays for search. The engine (`site.search` in the templates) is fetched when somebody
 * searches. What an index says is only ever put in as text. Nothing here is in the page's own HTML, and all of
 * it stands beside <body>, so the page stays as it was built.
 */
(() => {
  "use strict";

  const { root, engine: source } = script.dataset;
  const base = new URL(root || "./", location.href).href;
  const asked = new URLSearchParams(location.search);
  const heading = document.title;
  const PAUSE = 90; // milliseconds without a key before a query is asked
  const PAGE = 20; // results on the results page
  const FIRST = 5; // of them, which fill most windows

  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(key, value);
      else if (value || value === "") element.setAttribute(key, value);
    }
    element.append(...children.filter(Boolean));
    return element;
  }

  /* An address of the site. From a folder on disk no server adds the index.html. */
  function address(path, anchor = "") {
    const url = new URL(path || "./", base);
    if (url.protocol === "file:" && url.pathname.endsWith("/")) url.pathname += "index.html";
    url.hash = anchor;
    return url;
  }

  const counted = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

  /* The engine ----------------------------------------------------------------------------- */

  let engine;

  function loaded() {
    const url = asked.get("backend") !== "shards" && document.querySelector("kb-preview")?.dataset.search;
    engine ??= new Promise((load, error) => {
      document.head.append(make("script", { src: base + source, load, error }));
    }).then(() => window.KBSearch.create({ base, backend: url ? "http" : "shards", url }));
    engine.catch(() => (engine = null)); // the next query tries again
    return engine;
  }

  function prefetch(words) {
    loaded().then((search) => search.prefetch(words), () => {});
  }

  const search = async (query, options) => (await loaded()).search(query, options);

  /* What is found -------------------------------------------------------------------------- */

  const passage = (snippet) => snippet.map(([text, marked]) => (marked ? make("mark", {}, text) : text));

  /* Where a result leads: its words are marked there. */
  function target(hit, anchor) {
    const url = address(hit.url, anchor);
    const said = [hit, ...hit.sections].flatMap(({ snippet }) => snippet.filter(([, marked]) => marked));
    const words = new Set(said.map(([text]) => text.trim().toLowerCase()));
    for (const word of [...words].slice(0, 12)) url.searchParams.append("hl", word);
    if (asked.has("backend")) url.searchParams.set("backend", asked.get("backend"));
    return url.href;
  }

  function about(hit) {
    const folders = hit.url.split("/").filter(Boolean).slice(0, -1);
    const facts = [folders.join(" / "), hit.kind !== "note" && hit.kind, hit.date.slice(0, 10)];
    return [
      make("span", { class: "search-title" }, hit.title),
      ...hit.marks.map((mark) => make("strong", { class: "kind" }, mark)),
      make(
        "span",
        { class: "search-facts" },
        ...facts.filter(Boolean).map((fact) => make("span", {}, fact)),
        ...hit.tags.map((tag) => make("span", {}, `#${tag}`)),
      ),
      hit.snippet.length && make("span", { class: "search-passage" }, ...passage(hit.snippet)),
    ];
  }

  const within = ({ title, snippet }) => [
    make("span", { class: "search-title" }, title),
    make("span", { class: "search-passage" }, ...passage(snippet)),
  ];

  /* The query again, its doubtful words in quotes: exactly these. */
  function exactly(query, suggestion) {
    const kept = new Set(suggestion.split(/\s+/));
    const words = query.trim().split(/\s+/);
    return words.map((word) => (kept.has(word) || /["():*~]/.test(word) ? word : `"${word}"`)).join(" ");
  }

  /* What is to be said above the results; `instead` makes what leads to the query as it was typed. */
  function told({ query, suggestion, hint }, instead) {
    const said = suggestion && ["Showing results for ", make("em", {}, suggestion.trim()), "; search instead for ", instead(query.trim()), "."];
    return [said && make("p", {}, ...said), hint && make("p", {}, hint)].filter(Boolean);
  }

  const elsewhere = () => [
    make("a", { href: address("archive/") }, "all notes by date"),
    " and ",
    make("a", { href: address("tags/") }, "all tags"),
  ];

  const nothing = () => make("p", {}, "No note is found by these words. Fewer or other words may help; there are also ", ...elsewhere(), ".");

  const FAILED = "The search index could not be loaded.";
  const failed = (again) =>
    make("p", {}, make("button", { type: "button", click: again }, "Try again"), ". There are also ", ...elsewhere(), ".");

  /* The filters ---------------------------------------------------------------------------- */

  const filters = (form) => Object.fromEntries(["tag", "kind", "since"].map((name) => [name, form.elements[name].value.trim()]));

  /* Say what the address says; offer what there is, once a filter is looked at; leave what is empty out of the address. */
  function prepare(form) {
    for (const name of ["q", "tag", "kind", "since"]) form.elements[name].value = asked.get(name) ?? "";
    if (form.dataset.ready) return;
    form.dataset.ready = "yes";
    form.addEventListener("formdata", ({ formData }) => {
      for (const [name, value] of [...formData]) if (!value.trim()) formData.delete(name);
    });
    if (asked.has("backend")) form.append(make("input", { type: "hidden", name: "backend", value: asked.get("backend") }));
    for (const name of ["tag", "kind"]) {
      const offer = async () => {
        const found = await loaded().then((search) => search.facets(), () => ({}));
        const options = (found[`${name}s`] ?? []).map(([value, count]) => make("option", { value }, counted(count, "note")));
        form.elements[name].list.replaceChildren(...options);
      };
      form.elements[name].addEventListener("focus", offer, { once: true });
    }
  }

  /* The dialog ----------------------------------------------------------------------------- */

  let box;

  function open() {
    box ??= dialog();
    box();
  }

  function dialog() {
    const input = make("input", {
      name: "q",
      type: "text",
      role: "combobox",
      "aria-label": "Search the notes",
      "aria-autocomplete": "list",
      "aria-controls": "kb:results",
      "aria-expanded": "false",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      enterkeyhint: "search",
      placeholder: "Search",
      input: typed,
      keydown: pressed,
      focus: () => prefetch(""),
    });
    const list = make("div", { role: "listbox", id: "kb:results", "aria-label": "Results", hidden: "" });
    const status = make("p", { class: "search-status", role: "status" });
    const notes = make("div", { class: "search-notes" });
    const more = make("button", { class: "search-more", hidden: "" });
    const field = (label, attributes) => make("label", {}, `${label} `, make("input", { autocomplete: "off", input: typed, ...attributes }));
    const form = make(
      "form",
      { action: address("search/"), role: "search" },
      make("div", { class: "search-field" }, input, make("button", { type: "button", class: "search-close", "aria-label": "Close", click: () => frame.close() }, "×")),
      make(
        "details",
        { class: "search-filters" },
        make("summary", {}, "Filters"),
        field("Tag", { name: "tag", list: "kb:tags" }),
        field("Kind", { name: "kind", list: "kb:kinds" }),
        field("Since", { name: "since", type: "date" }),
        make("datalist", { id: "kb:tags" }),
        make("datalist", { id: "kb:kinds" }),
      ),
      status,
      make("div", { class: "search-found", tabindex: "-1" }, notes, list, more),
      make(
        "p",
        { class: "search-keys" },
        ...[["↑ ↓", "choose"], ["Enter", "open"], ["Ctrl Enter", "in a new tab"], ["Esc", "close"]].map(([key, does]) =>
          make("span", {}, make("kbd", {}, key), ` ${does}`),
        ),
      ),
    );
    const frame = make("dialog", { class: "search", "aria-label": "Search", click: ({ target: at }) => at === frame && frame.close() }, form);
    frame.addEventListener("close", () => asking?.abort());
    prepare(form);
    document.documentElement.append(frame);

    let timer;
    let asking; // the query that is under way
    let shown = ""; // what the results in sight are for
    let chosen = -1;
    let walked = false; // whether it was chosen by a key

    const wanted = () => JSON.stringify([input.value, filters(form)]);

    function typed() {
      walked = false;
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
      if (/[\p{L}\p{N}\p{M}]{3,}$/u.test(input.value)) prefetch(input.value);
    }

    async function ask() {
      clearTimeout(timer);
      asking?.abort();
      asking = new AbortController();
      const { signal } = asking;
      const now = wanted();
      const options = filters(form);
      if (!input.value.trim() && !Object.values(options).some(Boolean)) return show(null, now);
      const slow = setTimeout(() => signal.aborted || (status.textContent = "Searching"), 400);
      try {
        const found = await search(input.value, { mode: "typed", limit: 10, offset: 0, signal, ...options });
        if (!signal.aborted) show(found, now);
      } catch {
        if (!signal.aborted) fail();
      } finally {
        clearTimeout(slow);
      }
    }

    function show(found, now) {
      shown = now;
      const hits = found?.hits ?? [];
      list.replaceChildren(...hits.flatMap(options));
      list.hidden = !hits.length;
      input.setAttribute("aria-expanded", String(hits.length > 0));
      status.textContent = found ? counted(found.total, "result") : "";
      notes.replaceChildren(
        ...(found ? told(found, (query) => make("button", { type: "button", click: () => retype(exactly(query, found.suggestion)) }, query)) : []),
        ...(found && !hits.length ? [nothing()] : []),
        ...(found ? [] : [make("p", {}, "Words, ", make("kbd", {}, '"a phrase"'), ", ", make("kbd", {}, "-not"), ", ", make("kbd", {}, "title:word"), ", ", make("kbd", {}, "tag:name"), ", ", make("kbd", {}, "date:2024..2026"))]),
      );
      more.hidden = !found || found.total <= hits.length;
      more.textContent = found ? `All ${counted(found.total, "result")}` : "";
      list.parentElement.scrollTop = 0;
      choose(walked ? Math.max(0, Math.min(chosen, list.children.length - 1)) : 0, walked);
    }

    function fail() {
      show(null, "");
      status.textContent = FAILED;
      notes.replaceChildren(failed(ask));
    }

    function options(hit) {
      const option = (anchor, kind, content) =>
        make("a", { role: "option", class: `search-option ${kind}`, href: target(hit, anchor), tabindex: "-1", "aria-selected": "false", click: () => frame.close() }, ...content);
      return [option("", "search-note", about(hit)), ...hit.sections.map((section) => option(section.anchor, "search-section", within(section)))];
    }

    function choose(number, byKey = false) {
      const all = [...list.children];
      chosen = all.length ? (number + all.length) % all.length : -1;
      walked = byKey;
      all.forEach((option, at) => {
        option.id = `kb:result-${at}`;
        option.setAttribute("aria-selected", String(at === chosen));
      });
      const option = all[chosen];
      if (!option) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", option.id);
      if (byKey) option.scrollIntoView({ block: "nearest" });
    }

    function retype(query) {
      input.value = query;
      input.focus();
      ask();
    }

    function pressed(event) {
      const { key, ctrlKey, metaKey, altKey, shiftKey, isComposing } = event;
      if (isComposing || altKey || shiftKey) return;
      const { selectionStart: at, selectionEnd: end, value } = input;
      const last = list.children.length - 1;
      const moves = { ArrowDown: chosen + 1, ArrowUp: chosen < 0 ? last : chosen - 1 };
      // Home and End belong to the text until they can do nothing there, or one is among the results already.
      if (walked || (at === 0 && end === 0)) moves.Home = 0;
      if (walked || at === value.length) moves.End = last;
      if (key === "Escape") frame.close();
      else if (key === "Enter") follow(ctrlKey || metaKey);
      else if (key in moves && last >= 0 && !ctrlKey && !metaKey) choose(moves[key], true);
      else return;
      event.preventDefault();
    }

    /* Go where the chosen result leads, once there is one for what is written. */
    async function follow(aside) {
      if (shown !== wanted()) await ask();
      const option = list.children[chosen];
      if (!option || shown !== wanted()) return;
      if (aside) window.open(option.href, "_blank", "noopener");
      else option.click();
    }

    show(null, "");
    ask();
    return () => {
      if (!frame.open) frame.showModal();
      input.focus();
      input.select();
    };
  }

  /* The results page ----------------------------------------------------------------------- */

  async function results() {
    const form = document.querySelector("form.search-page");
    const place = document.querySelector(".search-results");
    if (!form || !place) return;
    prepare(form);
    const query = form.elements.q.value;
    if (!query.trim() && !Object.values(filters(form)).some(Boolean)) return form.elements.q.focus({ preventScroll: true });
    document.title = `${query} · ${heading}`;
    const number = Math.max(1, Number.parseInt(asked.get("page"), 10) || 1);
    const status = make("p", { class: "search-status", role: "status" }, "Searching");
    place.replaceChildren(status);
    try {
      const found = await search(query, { mode: "submitted", limit: PAGE, offset: (number - 1) * PAGE, ...filters(form) });
      status.textContent = counted(found.total, "result");
      const list = found.hits.map((hit) =>
        make(
          "li",
          {},
          make("a", { href: target(hit) }, ...about(hit)),
          hit.sections.length &&
            make("ul", {}, ...hit.sections.map((section) => make("li", {}, make("a", { href: target(hit, section.anchor) }, ...within(section))))),
        ),
      );
      const shown = list.length ? make("ol", { start: (number - 1) * PAGE + 1 }, ...list.splice(0, FIRST)) : nothing();
      place.append(...told(found, (typed) => make("a", { href: changed({ q: exactly(typed, found.suggestion), page: "" }) }, typed)), shown);
      // To lay out twenty results takes longer than to find them: what fills the window comes first.
      setTimeout(() => {
        shown.after(pager(number, Math.ceil(found.total / PAGE)));
        shown.append(...list);
      });
    } catch {
      status.textContent = FAILED;
      place.append(failed(results));
    }
  }

  function pager(number, count) {
    if (count < 2) return "";
    const link = (to, kind, text) => to >= 1 && to <= count && make("a", { class: kind, rel: kind === "next" ? "next" : "prev", href: changed({ page: to > 1 ? to : "" }) }, text);
    return make(
      "nav",
      { class: "pager", "aria-label": "Pages of results" },
      link(number - 1, "previous", "Previous results"),
      make("span", { class: "place" }, `Page ${number} of ${count}`),
      link(number + 1, "next", "Next results"),
    );
  }

  /* This address with other values. */
  function changed(values) {
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(values)) {
      if (value) url.searchParams.set(name, value);
      else url.searchParams.delete(name);
    }
    return url.href;
  }

  /* Words marked where one lands ----------------------------------------------------------- */

  const words = asked.getAll("hl").filter((word) => word.trim());
  let unmark = () => {};
  let strip;

  function mark() {
    unmark();
    const ranges = found();
    if (!ranges.length) return;
    if (window.CSS?.highlights && window.Highlight) {
      CSS.highlights.set("kb-found", new Highlight(...ranges));
      unmark = () => CSS.highlights.delete("kb-found");
    } else {
      const marks = ranges.map(() => make("mark", {}));
      for (const [at, range] of [...ranges.entries()].reverse()) range.surroundContents(marks[at]);
      unmark = () => marks.forEach((each) => each.replaceWith(...each.childNodes));
    }
    strip?.remove();
    strip = make(
      "p",
      { class: "search-marks" },
      `${counted(ranges.length, "word")} marked `,
      make("button", { type: "button", click: end }, "Remove marks"),
    );
    document.documentElement.append(strip);
  }

  function end() {
    unmark();
    strip.remove();
    words.length = 0;
  }

  /* Where these words stand in the title and the text. */
  function found() {
    const letter = "[\\p{L}\\p{N}\\p{M}]";
    const apart = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]/; // scripts without spaces
    const forms = words.map((word) => {
      const form = word.trim().replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/g, "\\s+");
      return apart.test(word) ? form : `(?<!${letter})${form}(?!${letter})`;
    });
    if (!forms.length) return [];
    const pattern = new RegExp(forms.join("|"), "giu");
    const ranges = [];
    for (const part of document.querySelectorAll("main h1, main .body")) {
      const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        for (const { index, 0: text } of walker.currentNode.data.matchAll(pattern)) {
          const range = document.createRange();
          range.setStart(walker.currentNode, index);
          range.setEnd(walker.currentNode, index + text.length);
          ranges.push(range);
        }
      }
    }
    return ranges;
  }

  /* A wrong address --------------------------------------------------------------------------- */

  /* A search for its words, and the notes that they find. */
  async function lost() {
    const ways = document.querySelector(".page-not-found .body ul");
    const path = location.pathname.slice(new URL(base).pathname.length).replaceAll("&", " ");
    const said = new URLSearchParams(`path=${path}`).get("path").match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
    const query = said.filter((word) => !/^(index|html?)$/.test(word)).join(" ");
    if (!ways || !query || ways.dataset.searched) return;
    ways.dataset.searched = "yes";
    const url = address("search/");
    url.searchParams.set("q", query);
    ways.prepend(make("li", {}, make("a", { href: url }, `Search for “${query}”`)));
    const { hits } = await search(query, { mode: "submitted", limit: 5, offset: 0 }).catch(() => ({ hits: [] }));
    if (!hits.length) return;
    const near = hits.map((hit) => make("li", {}, make("a", { href: target(hit) }, hit.title)));
    ways.after(make("p", {}, "Notes that come near:"), make("ul", {}, ...near));
  }

  /* The beginning -------------------------------------------------------------------------- */

  const writes = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.nodeName);

  document.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey, shiftKey, target: at, isComposing } = event;
    const command = (ctrlKey || metaKey) && !altKey && !shiftKey && key.toLowerCase() === "k";
    const slash = key === "/" && !ctrlKey && !metaKey && !altKey && !writes(at);
    if (event.defaultPrevented || isComposing || !(command || slash)) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    const plain = !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!plain || !event.target.closest?.("a.find")) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("kb:renewed", () => {
    results();
    if (words.length) mark();
  });
  if (asked.has("hl")) {
    const clean = new URL(location.href);
    clean.searchParams.delete("hl");
    history.replaceState(history.state, "", clean);
    mark();
  }
  results();
  lost();
})();
