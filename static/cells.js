/* A block copied from a spreadsheet is laid over the cells from the one in hand: columns by tabs, rows by lines.
   Without this file each cell is typed; Tab goes along the row as in a spreadsheet. */
for (const body of document.querySelectorAll("[data-cells]")) {
  body.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain").replace(/\r?\n$/, "") ?? "";
    const start = event.target.closest("input");
    if (!start || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const rows = [...body.rows].map((row) => [...row.querySelectorAll("td input")]);
    const top = rows.findIndex((row) => row.includes(start));
    const left = rows[top].indexOf(start);
    text.split(/\r?\n/).forEach((line, down) => line.split("\t").forEach((value, right) => {
      const cell = rows[top + down]?.[left + right];
      if (cell) cell.value = value.trim();
    }));
  });
}
