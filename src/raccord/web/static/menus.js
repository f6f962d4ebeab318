// Menus are <details class="menu">, so they open without this file. It makes them behave like
// menus: one open at a time, closed by Esc, by a click elsewhere and by choosing something; the
// arrow keys go from entry to entry, or do what they always do where a menu holds a form instead.
// A closed menu gives the focus back to its button, which is then also where the focus returns to
// from a pop-up that the entry opened.
(() => {
  const opened = () => [...document.querySelectorAll("details.menu[open]")];
  const entries = (menu) => [...menu.querySelectorAll(".dropdown-item")];

  function close(menu) {
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (held) menu.querySelector("summary").focus();
  }

  document.addEventListener("click", (event) => {
    for (const menu of opened()) {
      const inside = menu.contains(event.target);
      if (!inside || event.target.closest(".dropdown-item")) close(menu);
    }
  });

  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest("details.menu[open]");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });

  // Before anybody else: Bootstrap's own script takes every .dropdown-menu for one of its own.
  window.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details.menu");
    if (event.key === "Escape" && opened().length) {
      event.stopPropagation();
      opened().forEach(close);
    } else if (menu && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.stopPropagation();
      if (!entries(menu).length) return;
      event.preventDefault();
      menu.open = true;
      step(menu, event.key === "ArrowDown" ? 1 : -1);
    }
  }, true);

  function step(menu, by) {
    const all = entries(menu);
    const at = all.indexOf(document.activeElement);
    const next = at < 0 && by < 0 ? all.length - 1 : at + by;
    all[(next + all.length) % all.length].focus();
  }
})();
