// Contacts ticked on one page of a list stay ticked while one turns its pages, sorts, searches and
// filters: their numbers are kept as fields of the form #selection. "The whole list" is one field,
// and ends as soon as the list is another one. Coming back to the page, what was ticked still is.
(() => {
  const form = document.getElementById("selection");
  const kept = form.querySelector("[data-kept]");
  const said = form.querySelector("[data-said]");
  const offer = form.querySelector("[data-whole-list]");
  const texts = form.dataset;
  const most = Number(texts.most);
  const inDigits = new Intl.NumberFormat(document.documentElement.lang);
  const memory = `selection ${location.pathname}`;

  let ids = new Set(remembered());
  let whole = false; // else the list's own fields, as text
  let tooMany = false;

  const boxes = () => [...document.querySelectorAll("#contacts [data-select]")];
  const pageBox = () => document.getElementById("select-page");
  const count = () => document.getElementById("count");
  const listFields = () => [...document.querySelectorAll("#contacts input[form=selection][type=hidden]")]
    .filter((field) => field.name === "q" || field.name === "f")
    .map((field) => `${field.name}=${field.value}`).join("&");

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-select]")) tick([event.target], event.target.checked);
    else if (event.target === pageBox()) tick(boxes(), event.target.checked);
  });
  offer.addEventListener("click", () => {
    whole = listFields() || "everything";
    show();
    form.querySelector("[data-clear]").focus();
  });
  form.querySelector("[data-clear]").addEventListener("click", () => {
    whole = false;
    ids.clear();
    show();
    pageBox()?.focus();
  });
  form.addEventListener("submit", () => {
    sessionStorage.setItem(memory, JSON.stringify([...ids]));
  });
  window.addEventListener("pagehide", () => sessionStorage.setItem(memory, JSON.stringify([...ids])));
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id === "contacts") show();
  });

  function tick(changed, checked) {
    if (whole) ids = new Set(boxes().map((box) => box.value));
    whole = false;
    for (const box of changed) {
      if (checked) ids.add(box.value); else ids.delete(box.value);
    }
    tooMany = ids.size > most;
    for (const id of [...ids].slice(most)) ids.delete(id);
    show();
  }

  // Everything that is to be seen, from what is selected.
  function show() {
    if (whole && whole !== (listFields() || "everything")) whole = false;
    const here = boxes();
    for (const box of here) box.checked = Boolean(whole) || ids.has(box.value);
    const onPage = here.filter((box) => box.checked).length;
    const page = pageBox();
    if (page) {
      page.checked = here.length > 0 && onPage === here.length;
      page.indeterminate = onPage > 0 && onPage < here.length;
    }
    keep(here);
    form.classList.toggle("selection-shown", Boolean(whole) || ids.size > 0);
    said.textContent = words(onPage);
    const total = Number(count()?.dataset.count || 0);
    const more = count()?.dataset.more !== undefined;
    offer.hidden = Boolean(whole) || !page?.checked || (!more && total <= ids.size);
    offer.textContent = more ? texts.offerMore : filled(texts.offer, total);
  }

  // What is ticked on this page is sent by its own box.
  function keep(here) {
    const onPage = new Set(here.map((box) => box.value));
    const fields = whole ? [["all", "1"]] : [...ids].filter((id) => !onPage.has(id)).map((id) => ["ids", id]);
    kept.replaceChildren(...fields.map(([name, value]) => {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      return field;
    }));
  }

  function words(onPage) {
    if (tooMany) return filled(texts.tooMany, most);
    if (whole) {
      return count()?.dataset.more === undefined ? filled(texts.whole, Number(count()?.dataset.count)) : texts.wholeMore;
    }
    if (!ids.size) return "";
    const selected = ids.size === 1 ? texts.one : filled(texts.many, ids.size);
    const elsewhere = ids.size - onPage;
    return elsewhere ? `${selected} (${filled(texts.elsewhere, elsewhere)})` : selected;
  }

  const filled = (text, number) => text.replace("{count}", inDigits.format(number));

  // Only who comes back finds the ticks again: a list that is opened anew begins without.
  function remembered() {
    const how = performance.getEntriesByType("navigation")[0]?.type;
    if (how !== "back_forward" && how !== "reload") return [];
    try {
      return JSON.parse(sessionStorage.getItem(memory)) || [];
    } catch {
      return [];
    }
  }

  show();
})();
