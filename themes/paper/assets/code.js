/* Code: a button that copies it. And what scrolls in a frame of its own can be scrolled by keyboard. */
(() => {
  "use strict";

  const FRAMES = ".body :is(pre, table, .formula, .formula > math)";

  function button(frame, code) {
    const copy = document.createElement("button");
    copy.type = "button";
    copy.className = "copy";
    copy.textContent = "Copy";
    copy.setAttribute("aria-live", "polite");
    copy.addEventListener("click", async () => {
      copy.textContent = await write(code.textContent).then(() => "Copied", () => "Not copied");
      setTimeout(() => (copy.textContent = "Copy"), 2000);
    });
    frame.prepend(copy);
  }

  /* Without https there is no clipboard but by the way of old: select and copy. */
  async function write(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "unseen";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) throw new Error("not copied");
  }

  function frames() {
    for (const code of document.querySelectorAll(".body pre > code:not(.math)")) {
      const pre = code.parentElement;
      if (pre.classList.contains("mermaid")) continue;
      let frame = pre.parentElement;
      if (!frame.classList.contains("highlight")) {
        frame = document.createElement("div");
        frame.className = "highlight plain";
        pre.replaceWith(frame);
        frame.append(pre);
      }
      if (!frame.querySelector(".copy")) button(frame, code);
    }
    if (document.querySelector(FRAMES)) requestAnimationFrame(() => setTimeout(measure));
  }

  /* When the page has been drawn how wide things are is known; to ask before it costs the drawing of it. */
  function measure() {
    reach();
    document.fonts?.ready.then(reach);
  }

  /* A frame whose content is wider than it is can be reached by keyboard, and says what it is. */
  function reach() {
    for (const frame of document.querySelectorAll(FRAMES)) {
      if (frame.scrollWidth > frame.clientWidth + 1) frame.tabIndex = 0;
      else frame.removeAttribute("tabindex");
    }
  }

  let timer;
  addEventListener("resize", () => {
    clearTimeout(timer);
    timer = setTimeout(reach, 200);
  });
  frames();
  document.addEventListener("kb:renewed", frames);
})();
