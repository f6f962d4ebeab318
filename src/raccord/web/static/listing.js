// The list of contacts: its columns are dragged or moved by their buttons, and the focus stays
// where it was when a part of the page is replaced. Without this file the buttons of the columns
// ask the server.
(() => {
  const { Sortable, htmx } = window;

  // Going back loads the page again: what the scripts know of it must not be of an older one.
  htmx.config.refreshOnHistoryMiss = true;

  document.body.addEventListener("htmx:load", (event) => begin(event.detail.elt));
  begin(document.body);

  function begin(part) {
    const lists = part.matches?.("[data-sortable]") ? [part] : part.querySelectorAll("[data-sortable]");
    for (const list of lists) {
      if (!Sortable.get(list)) Sortable.create(list, { handle: ".column-handle", animation: 120 });
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sortable] [data-move]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("li");
    const down = button.dataset.move === "1";
    const other = down ? row.nextElementSibling : row.previousElementSibling;
    if (!other) return;
    if (down) other.after(row); else other.before(row);
    button.focus();
  });

  // A filter was added, changed or removed: what had the focus is gone with the old list.
  let removed = "";
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "contacts") removed = document.activeElement?.id || "";
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "contacts" || document.activeElement !== document.body) return;
    const next = document.getElementById(removed) || document.getElementById("add-filter");
    next?.focus();
  });
})();
