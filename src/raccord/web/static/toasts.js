// Short messages, at the head of the window and in its middle: the buttons of pages and pop-ups
// stand at the sides and below. What succeeded is said for as long as it takes to read it twice; a
// pointer on it or the focus in it stops the clock, a button closes it. What failed stays until it
// is closed. They come from the page itself (base/messages.html), from the answer to an htmx
// request (base/toasts.py: the event "toasts") or from other scripts (the same event).
(() => {
  const head = document.getElementById("toasts");
  const dialog = document.getElementById("dialog");
  const words = document.body.dataset;

  function show({ level, text }) {
    const kind = level === "error" || level === "warning" ? "error" : "success";
    const shown = [...head.querySelectorAll("[data-text]")];
    if (shown.some((other) => other.textContent === text)) return;
    const piece = document.getElementById(`toast-${kind}`).content.cloneNode(true).firstElementChild;
    head.append(piece);
    piece.addEventListener("hidden.bs.toast", () => piece.remove());
    const delay = 6000 + 100 * text.length;
    new window.tabler.Toast(piece, { delay, autohide: kind === "success" }).show();
    // Said once the place for it is there: then a screen reader reads it out.
    requestAnimationFrame(() => { piece.querySelector("[data-text]").textContent = text; });
  }

  document.body.addEventListener("toasts", (event) => event.detail.messages.forEach(show));
  for (const alert of document.querySelectorAll("#messages [data-toast]")) {
    show({ level: "success", text: alert.querySelector("[data-text]").textContent });
    alert.remove();
  }

  // An open pop-up makes everything behind it unreachable: the messages come along.
  new MutationObserver(() => {
    const place = dialog.open ? dialog : document.body;
    if (head.parentElement !== place) place.append(head);
  }).observe(dialog, { attributes: true, attributeFilter: ["open"] });

  // A request that fails is told, never swallowed. A page that asks by itself tells it once, and
  // again only after an answer has come meanwhile.
  const asksByItself = (event) => !event.detail.requestConfig.triggeringEvent;
  let told = false;
  function tell(event, text) {
    if (!told || !asksByItself(event)) show({ level: "error", text });
    told = told || asksByItself(event);
  }
  document.body.addEventListener("htmx:responseError", (event) => {
    tell(event, event.detail.xhr.status >= 500 ? words.errorServer : words.errorRefused);
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(name, (event) => tell(event, words.errorNetwork));
  }
  document.body.addEventListener("htmx:afterOnLoad", (event) => {
    if (event.detail.xhr.status < 400) told = false;
  });
})();
