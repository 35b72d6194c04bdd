/* Tables of data are sorted by the names of their columns. Without this script the rows stand as they were written. */
(() => {
  "use strict";
  const value = (cell) => {
    const data = cell.querySelector("data");
    return data ? data.value : cell.textContent;
  };
  for (const table of document.querySelectorAll(".data-table")) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    if (rows.length < 2) continue;
    for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
      if (!head.textContent) continue;
      const numbers = head.dataset.sort === "number";
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.ariaSort ? head.ariaSort === "ascending" : numbers;
        for (const other of head.parentNode.cells) other.ariaSort = null;
        head.ariaSort = down ? "descending" : "ascending";
        const keyed = rows.map((row) => [value(row.cells[column]), row]);
        const order = numbers
          ? ([a], [b]) => (a === "") - (b === "") || (down ? b - a : a - b)
          : ([a], [b]) => (down ? -1 : 1) * a.localeCompare(b, document.documentElement.lang, { numeric: true });
        body.append(...keyed.sort(order).map(([, row]) => row));
      });
    }
  }
})();
