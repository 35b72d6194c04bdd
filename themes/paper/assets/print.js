/* On paper nobody can follow a link: the addresses of those that lead out stand numbered at the end of the note.
 *
 * Without this they stand after the links (print.css).
 */
(() => {
  "use strict";

  function prepare() {
    restore();
    const body = document.querySelector(".note > .body");
    if (!body) return;
    const links = [...body.querySelectorAll('a[href^="http"]')].filter((link) => link.textContent.trim() !== link.href);
    if (!links.length) return;
    const first = body.querySelectorAll(".footnotes > ol > li").length + 1;
    const numbers = new Map();
    for (const link of links) {
      if (!numbers.has(link.href)) numbers.set(link.href, first + numbers.size);
      const mark = document.createElement("sup");
      mark.className = "address-ref";
      mark.textContent = numbers.get(link.href);
      link.after(mark);
    }
    const list = document.createElement("ol");
    list.className = "addresses";
    list.start = first;
    for (const url of numbers.keys()) {
      const item = document.createElement("li");
      item.textContent = url;
      list.append(item);
    }
    body.append(list);
    document.documentElement.dataset.addresses = "";
  }

  function restore() {
    delete document.documentElement.dataset.addresses;
    for (const each of document.querySelectorAll(".address-ref, .addresses")) each.remove();
  }

  addEventListener("beforeprint", prepare);
  addEventListener("afterprint", restore);
})();
