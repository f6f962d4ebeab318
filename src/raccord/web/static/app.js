// What the screens need beyond htmx and Tabler: the pop-up, the question before an act, and forms
// that are sent once. Everything else works as plain links and forms.
(() => {
  const dialog = document.getElementById("dialog");
  const question = document.getElementById("question");

  // The pop-up opens when htmx has put something into it. The browser's own <dialog> keeps the
  // focus inside, closes on Esc and gives the focus back.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    // A link inside a part that renews itself inherits how that part is swapped; the frame stays.
    if (event.detail.target.id === "dialog-content") event.detail.swapOverride = "innerHTML";
  });
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
    leave();
  });

  // A pop-up that says data-discard is left only after that question, once something in it is not
  // saved: the server says so (data-unsaved), or the person has changed a control since.
  const unsaved = () => dialog.querySelector("[data-discard][data-unsaved]");
  dialog.addEventListener("change", (event) => {
    const form = event.target.closest("[data-discard]");
    if (form) form.dataset.unsaved = "";
  });
  async function leave() {
    const form = unsaved();
    if (!form) return dialog.close();
    const { discard: confirm, discardButton: confirmButton } = form.dataset;
    if (await ask({ confirm, confirmButton, confirmLook: "danger" })) dialog.close();
  }
  function stay(event) {
    if (!dialog.open || question.open || !unsaved()) return;
    if (dialog.querySelector(":popover-open")) return; // Esc closes that help first
    event.preventDefault();
    leave();
  }
  dialog.addEventListener("cancel", stay);
  // A browser lets a page refuse only the first of two "cancel" in a row, but each Esc.
  dialog.addEventListener("keydown", (event) => { if (event.key === "Escape") stay(event); });

  // The question before an act: resolves to true when the person agrees. A browser tells late that a
  // question was closed, perhaps when the next one is open already: that is no answer to the new one.
  let asked = 0;
  function ask({ confirm, confirmButton, confirmLook }) {
    const number = ++asked;
    const yes = document.getElementById("question-yes");
    document.getElementById("question-text").textContent = confirm;
    yes.textContent = confirmButton || yes.dataset.default;
    yes.className = confirmLook === "danger" ? "btn btn-danger" : "btn btn-primary";
    question.returnValue = "no";
    question.showModal();
    return new Promise((resolve) => {
      question.addEventListener("close", function closed() {
        if (number === asked && question.open) return;
        question.removeEventListener("close", closed);
        resolve(number === asked && question.returnValue === "yes");
      });
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

  // What a page asks for again and again, it does not ask for while nobody sees it, nor while
  // somebody reads a help in the part that would be replaced.
  const asksByItself = (event) => !event.detail.requestConfig.triggeringEvent;
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const read = event.detail.target.querySelector(":popover-open");
    if ((document.hidden || read) && asksByItself(event)) event.preventDefault();
  });
  document.body.addEventListener("htmx:configRequest", (event) => {
    if (!event.detail.triggeringEvent) event.detail.headers["X-By-Itself"] = "yes";
  });

  // A form is sent once: its button shows that it works until the answer is there. A form whose
  // answer is a file (data-stays) leaves the page as it is, so its button stays ready.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || !button || isSentByHtmx(event.target)) return;
    if (event.target.method === "dialog" || "stays" in event.target.dataset) return;
    setTimeout(() => { button.disabled = true; button.classList.add("btn-loading"); });
  });
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button.btn-loading")) {
      button.disabled = false;
      button.classList.remove("btn-loading");
    }
  });
  // The same for what htmx sends. Its button keeps the focus, so it is not disabled; a second
  // click or Enter is swallowed instead, which would else be sent after the first.
  function busy(event, is) {
    const { verb, triggeringEvent: trigger } = event.detail.requestConfig;
    if (verb === "get" || !["click", "submit"].includes(trigger?.type)) return;
    const button = trigger.submitter || event.detail.elt.closest("button");
    event.detail.elt.toggleAttribute("data-busy", is);
    button?.classList.toggle("btn-loading", is);
    if (button) button.ariaDisabled = is ? "true" : null;
  }
  document.body.addEventListener("htmx:beforeSend", (event) => busy(event, true));
  document.body.addEventListener("htmx:afterRequest", (event) => busy(event, false));
  for (const name of ["click", "submit"]) {
    document.addEventListener(name, (event) => {
      const sent = event.target.closest?.("[data-busy]");
      if (!sent || (name === "click" && sent.matches("form"))) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    }, true);
  }

  // A password is shown, and hidden again, while it is typed; it is never sent as shown text.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-password] .reveal");
    if (!button) return;
    const input = button.closest("[data-password]").querySelector("input");
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.ariaPressed = String(shown);
  });
  document.addEventListener("submit", (event) => {
    for (const input of event.target.querySelectorAll("[data-password] input")) input.type = "password";
  });

  // What is to be entered elsewhere is copied; where the browser lets no page do that, it is marked,
  // ready for the keys that copy.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    source.focus();
    source.select();
    try {
      await navigator.clipboard.writeText(source.value);
    } catch {
      return;
    }
    const messages = [{ level: "success", text: button.dataset.copied }];
    document.body.dispatchEvent(new CustomEvent("toasts", { detail: { messages } }));
    button.focus();
  });

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
