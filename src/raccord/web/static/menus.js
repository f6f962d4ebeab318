// Menus are <details class="menu">, so they open without this file. It makes them behave like
// menus: one open at a time, closed by Esc, by a click elsewhere and by choosing something; the
// arrow keys go from entry to entry. A closed menu gives the focus back to its button, which is
// then also where the focus returns to from a pop-up that the entry opened.
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

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      opened().forEach(close);
      return;
    }
    const menu = event.target.closest?.("details.menu");
    if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    menu.open = true;
    const all = entries(menu);
    const step = event.key === "ArrowDown" ? 1 : -1;
    const at = all.indexOf(document.activeElement);
    const next = at < 0 && step < 0 ? all.length - 1 : at + step;
    all[(next + all.length) % all.length].focus();
  });
})();
