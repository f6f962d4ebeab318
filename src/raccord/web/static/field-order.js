// Dragging fields and groups on the configuration page. What is dropped is sent with the form that
// it stands in (its hidden controls, in the order of the page); the answer replaces the form. The
// buttons for a step up or down need none of this but the focus, which stays where it was.
(() => {
  function drag(list, options) {
    window.Sortable.create(list, {
      animation: 150,
      ghostClass: "dragged",
      onEnd: (event) => {
        if (event.from === event.to && event.oldIndex === event.newIndex) return;
        window.htmx.trigger(list.closest("form"), "arranged");
      },
      ...options,
    });
  }

  window.htmx.onLoad((content) => {
    const form = content.id === "fields" ? content : content.querySelector("#fields");
    if (!form || form.dataset.ready) return;
    form.dataset.ready = "yes";
    for (const list of form.querySelectorAll("[data-fields]")) {
      drag(list, { group: "fields", handle: "[data-drag-field]" });
    }
    const groups = form.querySelector("[data-groups]");
    if (groups) drag(groups, { handle: "[data-drag-group]", draggable: "[data-group]" });
  });

  // A button at the end of its way is disabled and cannot keep the focus: its neighbour gets it.
  let pressed = "";
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#fields button[name=move]");
    if (button) pressed = button.id;
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    const button = pressed && document.getElementById(pressed);
    pressed = "";
    if (!button) return;
    const beside = button.parentElement.querySelectorAll("button[name=move]:not([disabled])");
    (button.disabled ? beside[0] : button)?.focus();
  });
})();
