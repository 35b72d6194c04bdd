/* The contents of the site beside the note: fetched when somebody opens them, once a page.
 *
 * Without this the link leads to the same contents on a page of their own, and so it does where they cannot be had.
 */
(() => {
  "use strict";

  const base = new URL(script.dataset.root || "./", location.href);
  const page = new URL("contents/", base);
  let opened; // the frame, once there is one

  async function frame() {
    const response = await fetch(page);
    if (!response.ok) throw new Error(response.statusText);
    const tree = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("nav.tree");
    const dialog = document.createElement("dialog");
    const close = document.createElement("button");
    dialog.className = "contents-of-site";
    dialog.setAttribute("aria-label", "Contents");
    close.type = "button";
    close.className = "close";
    close.setAttribute("aria-label", "Close");
    close.textContent = "×";
    dialog.append(close, document.adoptNode(tree));
    for (const link of tree.querySelectorAll("a")) link.href = new URL(link.getAttribute("href"), page);
    dialog.addEventListener("click", ({ target }) => {
      if (target === dialog || target === close || target.closest("a")) dialog.close();
    });
    document.documentElement.append(dialog); // beside <body>, out of reach of the preview's morph
    return dialog;
  }

  /* The way to where one is, open and in sight; all other folders closed. */
  function show(dialog) {
    const here = location.origin + location.pathname;
    for (const folder of dialog.querySelectorAll("details")) folder.open = false;
    const link = [...dialog.querySelectorAll("a")].find((each) => each.href.split("#")[0] === here);
    for (const each of dialog.querySelectorAll("[aria-current]")) each.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "page");
    for (let at = link?.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    if (!link) for (const folder of dialog.querySelectorAll(".tree > ul > li > details")) folder.open = true;
    dialog.showModal();
    link?.scrollIntoView({ block: "center" });
    link?.focus({ preventScroll: true });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.all-notes");
    const plain = !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || document.querySelector(".page-contents")) return;
    event.preventDefault();
    opened ??= frame();
    opened.then(show, () => location.assign(link.href));
  });
  document.addEventListener("kb:renewed", () => {
    opened?.then((dialog) => dialog.open || dialog.remove(), () => {});
    opened = null; // a note may have another title now
  });
})();
