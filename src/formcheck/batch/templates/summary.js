(() => {
  const table = document.getElementById("clips"), body = table.tBodies[0], rows = [...body.rows];
  const search = document.getElementById("search"), status = document.getElementById("shown");
  const filters = [...document.querySelectorAll("[data-show]")];
  document.querySelector(".tools").hidden = false;

  const value = (row, column, kind) => {
    const cell = row.cells[column];
    return kind === "number" ? Number(cell.dataset.value) : cell.textContent.trim().toLowerCase();
  };
  table.tHead.querySelectorAll("th button").forEach((button) => {
    button.addEventListener("click", () => {
      const head = button.closest("th"), column = head.cellIndex, kind = head.dataset.kind;
      const up = head.getAttribute("aria-sort") !== "ascending";
      table.tHead.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      rows.sort((a, b) => {
        const x = value(a, column, kind), y = value(b, column, kind);
        const order = kind === "number" ? x - y : x.localeCompare(y, undefined, { numeric: true });
        return (up ? order : -order) || a.dataset.order - b.dataset.order;
      });
      body.append(...rows);
    });
  });

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const state = filters.find((f) => f.getAttribute("aria-pressed") === "true").dataset.show;
    let count = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = (state && row.dataset.state !== state) || !words.every((word) => text.includes(word));
      count += !row.hidden;
    }
    status.textContent = count === rows.length ? "" : `${count} shown`;
  };
  search.addEventListener("input", filter);
  filters.forEach((button) => button.addEventListener("click", () => {
    filters.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    filter();
  }));
})();
