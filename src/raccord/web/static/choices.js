// The rows of a field's choices: added, moved and removed at once, by the buttons that would
// otherwise send the form. A list pasted into a row fills several of them.
(() => {
  const table = document.getElementById("choices");
  const template = document.getElementById("choice-row");
  if (!table || !template) return;
  const body = table.tBodies[0];
  const ROWS = 3;

  function added(count) {
    const rows = Array.from({ length: count }, () => template.content.cloneNode(true).firstElementChild);
    body.append(...rows);
    return rows;
  }

  const acts = {
    up: (row) => row.previousElementSibling?.before(row),
    down: (row) => row.nextElementSibling?.after(row),
    remove: (row) => {
      const near = row.nextElementSibling || row.previousElementSibling || added(1)[0];
      row.remove();
      near.querySelector("input").focus();
    },
    more: () => added(ROWS)[0].querySelector("input").focus(),
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choice]");
    if (!button) return;
    event.preventDefault();
    acts[button.dataset.choice](button.closest("tr"));
    if (button.isConnected && ["up", "down"].includes(button.dataset.choice)) button.focus();
  });

  // From a spreadsheet: one choice per line, its cells from the left.
  body.addEventListener("paste", (event) => {
    const lines = event.clipboardData.getData("text").split(/\r\n|\r|\n/).filter((line) => line.trim());
    const cell = event.target.closest("input");
    if (lines.length < 2 || !cell || cell.readOnly) return;
    event.preventDefault();
    let row = cell.closest("tr");
    const from = [...row.querySelectorAll("input")].indexOf(cell);
    for (const line of lines) {
      row = row || added(1)[0];
      const cells = [...row.querySelectorAll("input")].slice(from);
      line.split("\t").slice(0, cells.length).forEach((text, place) => {
        if (!cells[place].readOnly) cells[place].value = text.trim();
      });
      row = row.nextElementSibling;
    }
  });

  window.Sortable.create(body, { animation: 150, handle: "[data-drag-choice]", ghostClass: "dragged" });
})();
