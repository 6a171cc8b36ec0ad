// Lets readers sort tables of data. The table reads the same with this file missing.
(() => {
  const language = document.documentElement.lang || undefined;
  const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });

  // The number that a cell shows, as people write it: "1,234.5", "1 234", "12 %", "$ 3".
  function number(text) {
    let bare = text.replace(/[\s\u00a0\u202f'\u2019%$\u20ac\u00a3\u00a5]/g, "").replace(/\u2212/g, "-");
    const last = Math.max(bare.lastIndexOf("."), bare.lastIndexOf(","));
    if (last >= 0) {
      const mark = bare[last];
      const other = mark === "," ? "." : ",";
      const once = bare.indexOf(mark) === last;
      const decimal = once && (bare.includes(other) || mark === "." || bare.length - last !== 4);
      bare = bare.replaceAll(other, "");
      bare = decimal ? bare.replace(mark, ".") : bare.replaceAll(mark, "");
    }
    return /^[-+]?\d+(\.\d+)?$/.test(bare) ? Number(bare) : NaN;
  }

  // Text that names a day; a bare number is none, whatever a browser makes of it.
  const date = (text) => (/\d{4}/.test(text) && /[-/\s.,]/.test(text) ? Date.parse(text) : NaN);

  // What a column is compared by: a number, a date or text.
  function comparison(texts) {
    const filled = texts.filter((text) => text !== "");
    for (const value of [number, date]) {
      if (filled.length && filled.every((text) => !Number.isNaN(value(text)))) {
        return (a, b) => value(a) - value(b);
      }
    }
    return collator.compare;
  }

  function sort(table, index, descending) {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, text: row.cells[index].textContent.trim() }));
    const compare = comparison(rows.map(({ text }) => text));
    rows.sort((a, b) => {
      // Empty cells stay at the end, whichever way round.
      if (!a.text || !b.text) return (a.text ? 0 : 1) - (b.text ? 0 : 1);
      return descending ? compare(b.text, a.text) : compare(a.text, b.text);
    });
    body.append(...rows.map(({ row }) => row));
  }

  function makeSortable(table) {
    const headers = () => [...table.tHead.rows[0].cells];
    if (table.tBodies[0].rows.length < 2) return;
    headers().forEach((header, index) => {
      if (header.querySelector("button")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      header.append(button);
      button.addEventListener("click", () => {
        const descending = header.getAttribute("aria-sort") === "ascending";
        headers().forEach((other) => other.removeAttribute("aria-sort"));
        header.setAttribute("aria-sort", descending ? "descending" : "ascending");
        sort(table, index, descending);
      });
    });
  }
  const ready = () => document.querySelectorAll("table.data").forEach(makeSortable);
  ready();
  addEventListener("docweave:patched", ready);
})();
