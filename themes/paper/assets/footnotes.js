/* Footnotes: beside the text where there is a margin, in a box of their own where there is none.
 *
 * In the page they stand at the end, in the order of their numbers, and there they are read by whoever hears the page. On a
 * wide screen each is moved to the height of its number (style: sidenotes.css); elsewhere a click on a number
 * shows it at the foot of the window.
 */
(() => {
  "use strict";

  /* Whether the style sheet gives them a margin, as it does on wide screens (sidenotes.css). */
  const beside = (notes) => getComputedStyle(notes.firstElementChild).position === "absolute";
  const numbered = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));
  const list = () => document.querySelector(".note > .body > .footnotes > ol");

  /* What else stands in the margin: captions of pictures. From where to where, seen from the top of the text. */
  const taken = (body, top) =>
    [...body.querySelectorAll(":scope > figure > figcaption")]
      .map((caption) => caption.getBoundingClientRect())
      .filter(({ left }) => left >= body.getBoundingClientRect().right)
      .map((box) => [box.top - top, box.bottom - top]);

  /* Each beside its number, or below the one before it, and below a caption that is there already. */
  function place() {
    const notes = list();
    if (!notes) return;
    if (!beside(notes)) {
      for (const note of notes.children) note.classList.remove("placed");
      return;
    }
    const body = notes.closest(".body").getBoundingClientRect().top;
    const gap = parseFloat(getComputedStyle(notes).fontSize);
    const captions = taken(notes.closest(".body"), body);
    let free = 0;
    for (const note of notes.children) {
      const link = document.querySelector(`.footnote-ref a[href="#${CSS.escape(note.id).replaceAll("\\", "")}"]`);
      const wanted = link ? link.closest("p, li, td, dd, blockquote, h1, h2, h3, h4, h5, h6")?.getBoundingClientRect() : null;
      const line = link?.getBoundingClientRect().top ?? wanted?.top ?? body + free;
      let top = Math.max(free, line - body - gap / 2);
      for (const [from, to] of captions) if (top < to + gap && from < top + note.offsetHeight + gap) top = to + gap;
      note.style.setProperty("--top", `${Math.round(top)}px`);
      note.classList.add("placed");
      free = top + note.offsetHeight + gap;
    }
    // The margin may be longer than the text: what follows the text begins below both.
    const end = notes.closest(".body");
    end.style.setProperty("--least", `${Math.ceil(free)}px`);
  }

  /* A box for one footnote. It is made when it is first wanted. */
  let box;

  function open(note, link) {
    if (!box) {
      box = document.createElement("div");
      box.className = "footnote-box";
      box.popover = "auto";
      box.tabIndex = -1;
      box.setAttribute("role", "note");
      document.documentElement.append(box);
    }
    const number = document.createElement("b");
    number.textContent = link.textContent;
    const content = [...note.cloneNode(true).childNodes];
    box.replaceChildren(number, ...content);
    for (const each of box.querySelectorAll(".footnote-backref")) each.remove();
    for (const each of box.querySelectorAll("[id]")) each.removeAttribute("id");
    box.setAttribute("aria-label", `Footnote ${link.textContent}`);
    box.showPopover();
    box.focus({ preventScroll: true });
    const under = link.getBoundingClientRect().bottom + 8 - box.getBoundingClientRect().top;
    if (under > 0) scrollBy(0, under); // the number stays in sight
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".footnote-ref a");
    const plain = !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    const note = link && plain && numbered(link);
    if (!note || !HTMLElement.prototype.showPopover) return;
    if (list() && beside(list()) && note.classList.contains("placed")) return; // it is in sight, and the link marks it
    event.preventDefault();
    open(note, link);
  });

  let timer;
  function later() {
    clearTimeout(timer);
    timer = setTimeout(place, 100);
  }

  if (list()) {
    place();
    document.fonts?.ready.then(place);
  }
  addEventListener("load", place);
  addEventListener("resize", later);
  addEventListener("toggle", later, true); // a callout that opens moves what is below it
  document.addEventListener("kb:renewed", place);
})();
