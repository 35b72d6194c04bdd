// The table of all reviews, sorted and filtered where it is read. Without this it stands as it was built, newest first.
(() => {
  "use strict";
  const table = document.querySelector("table.reviews");
  const body = table && table.tBodies[0];
  if (!body || body.rows.length < 2) return;

  const rows = Array.from(body.rows);
  const heads = Array.from(table.tHead.rows[0].cells);
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

  function value(row, column) {
    return row.cells[column].dataset.value || "";
  }

  function sort(column) {
    const head = heads[column];
    const number = head.dataset.sort === "number";
    // What is asked for first: the best, the newest, the first of the alphabet.
    const first = number || column === heads.length - 1 ? "descending" : "ascending";
    const other = first === "ascending" ? "descending" : "ascending";
    const order = head.getAttribute("aria-sort") === first ? other : first;
    const sign = order === "ascending" ? 1 : -1;
    for (const each of heads) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", order);
    const sorted = rows.slice().sort((a, b) => {
      const [x, y] = [value(a, column), value(b, column)];
      if (x === "" || y === "") return (x === "") - (y === "");
      return sign * (number ? Number(x) - Number(y) : collator.compare(x, y)) || rows.indexOf(a) - rows.indexOf(b);
    });
    body.append(...sorted);
  }

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => sort(column));
  });
  const filters = document.querySelector("form.reviews-filters");
  const { words, type, least } = filters.elements;
  const status = filters.querySelector("[role=status]");
  for (const field of [words, type, least]) field.disabled = false;
  filters.addEventListener("submit", (event) => event.preventDefault());

  function filter() {
    const wanted = words.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLocaleLowerCase();
      const fits =
        (!type.value || row.dataset.type === type.value) &&
        Number(row.dataset.share) >= Number(least.value) - 1e-9 &&
        wanted.every((word) => text.includes(word));
      row.hidden = !fits;
      shown += fits;
    }
    status.textContent = shown < rows.length ? `${shown} of ${rows.length}` : "";
  }

  filters.addEventListener("input", filter);
  filter(); // a browser that goes back keeps what was written into the fields
})();
