/* Light and dark: what the reader chose here goes before what the system prefers.
 *
 * All scripts of this folder are joined into one, of which this part comes first and is the only one that runs before
 * the page is seen, so that no page is light for a moment before it is dark. The others wait until the page has been
 * read; they find the element that loaded them as `script`, whose data say where the site's root is. All of them only
 * add: without them everything can be read and reached. What the preview puts in place of a page's body is told by the event
 * "kb:renewed"; what a part needs of the body it asks for again then.
 */
(() => {
  "use strict";

  const page = document.documentElement;
  page.dataset.script = ""; // the style sheet may show what only a script can do, and make room for it
  try {
    const chosen = localStorage.getItem("kb:scheme");
    if (chosen === "light" || chosen === "dark") page.dataset.scheme = chosen;
  } catch {
    // a browser that keeps nothing shows what the system prefers
  }

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const shown = () => page.dataset.scheme ?? (dark.matches ? "dark" : "light");

  /* The other one. Where that is what the system prefers, the system is followed again. */
  function turn() {
    const next = shown() === "dark" ? "light" : "dark";
    if ((next === "dark") === dark.matches) delete page.dataset.scheme;
    else page.dataset.scheme = next;
    keep(page.dataset.scheme);
  }

  function keep(chosen) {
    try {
      if (chosen) localStorage.setItem("kb:scheme", chosen);
      else localStorage.removeItem("kb:scheme");
    } catch {
      // then it holds for this page
    }
  }

  addEventListener("storage", ({ key, newValue }) => {
    if (key !== "kb:scheme") return;
    if (newValue) page.dataset.scheme = newValue;
    else delete page.dataset.scheme;
  });

  document.addEventListener("click", ({ target }) => target.closest?.("button.scheme") && turn());
})();
