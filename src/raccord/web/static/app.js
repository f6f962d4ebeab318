// What the screens need beyond htmx and Tabler: the pop-up, the question before an act, and
// telling when a request failed. Everything else works as plain links and forms.
(() => {
  const dialog = document.getElementById("dialog");
  const question = document.getElementById("question");

  // The pop-up opens when htmx has put something into it. The browser's own <dialog> keeps the
  // focus inside, closes on Esc and gives the focus back.
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "dialog-content") return;
    dialog.classList.toggle("dialog-wide", Boolean(dialog.querySelector(".dialog-wide")));
    if (!dialog.open) dialog.showModal();
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "dialog-content") return;
    const first = dialog.querySelector(".is-invalid") || dialog.querySelector("[autofocus]");
    if (first) first.focus();
  });
  document.body.addEventListener("close-dialog", () => dialog.close());
  dialog.addEventListener("close", () => document.getElementById("dialog-content").replaceChildren());
  document.addEventListener("click", (event) => {
    if (!dialog.contains(event.target) || !event.target.closest("[data-close-dialog]")) return;
    event.preventDefault();
    dialog.close();
  });

  // The question before an act: resolves to true when the person agrees.
  function ask({ confirm, confirmButton, confirmLook }) {
    const yes = document.getElementById("question-yes");
    document.getElementById("question-text").textContent = confirm;
    yes.textContent = confirmButton || yes.dataset.default;
    yes.className = confirmLook === "danger" ? "btn btn-danger" : "btn btn-primary";
    question.returnValue = "no";
    question.showModal();
    return new Promise((resolve) => {
      question.addEventListener("close", () => resolve(question.returnValue === "yes"), { once: true });
    });
  }
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.confirm || form.dataset.agreed || isSentByHtmx(form)) return;
    event.preventDefault();
    const submitter = event.submitter;
    if (!(await ask(form.dataset))) return;
    form.dataset.agreed = "yes";
    form.requestSubmit(submitter);
    delete form.dataset.agreed;
  });
  document.body.addEventListener("htmx:confirm", async (event) => {
    const data = event.detail.elt.dataset;
    if (!data.confirm) return;
    event.preventDefault();
    if (await ask(data)) event.detail.issueRequest(true);
  });
  function isSentByHtmx(form) {
    return ["hx-post", "hx-get", "hx-put", "hx-delete"].some((name) => form.hasAttribute(name));
  }

  // What a page asks for again and again, it does not ask for while nobody sees it.
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const asksByItself = !event.detail.requestConfig.triggeringEvent;
    if (document.hidden && asksByItself) event.preventDefault();
  });

  // A form is sent once: its button shows that it works until the answer is there.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || !button || isSentByHtmx(event.target)) return;
    if (event.target.method === "dialog") return;
    setTimeout(() => { button.disabled = true; button.classList.add("btn-loading"); });
  });
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button.btn-loading")) {
      button.disabled = false;
      button.classList.remove("btn-loading");
    }
  });

  // Failed requests are told, never swallowed.
  function toast(text) {
    const shown = [...document.querySelectorAll("#toasts [data-text]")];
    if (shown.some((other) => other.textContent === text)) return;
    const piece = document.getElementById("toast").content.cloneNode(true).firstElementChild;
    piece.querySelector("[data-title]").textContent = document.body.dataset.errorTitle;
    piece.querySelector("[data-text]").textContent = text;
    document.getElementById("toasts").append(piece);
    piece.addEventListener("hidden.bs.toast", () => piece.remove());
    new window.tabler.Toast(piece, { delay: 12000 }).show();
  }
  document.body.addEventListener("htmx:responseError", (event) => {
    const texts = document.body.dataset;
    toast(event.detail.xhr.status >= 500 ? texts.errorServer : texts.errorRefused);
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(name, () => toast(document.body.dataset.errorNetwork));
  }

  // A file that is too big is told before it is sent.
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.dataset.maxBytes) return;
    const tooBig = [...input.files].some((file) => file.size > Number(input.dataset.maxBytes));
    input.setCustomValidity(tooBig ? input.dataset.tooBig : "");
    input.reportValidity();
  });

  // A file dropped on, or chosen in, a drop area.
  document.addEventListener("dragover", (event) => {
    const area = event.target.closest("[data-drop]");
    if (!area) return;
    event.preventDefault();
    area.classList.add("drop-over");
  });
  document.addEventListener("dragleave", (event) => {
    event.target.closest?.("[data-drop]")?.classList.remove("drop-over");
  });
  document.addEventListener("drop", (event) => {
    const area = event.target.closest("[data-drop]");
    if (!area) return;
    event.preventDefault();
    area.classList.remove("drop-over");
    const input = area.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
