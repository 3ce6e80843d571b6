// Comforts of the query editor: it works without them.

const text = document.querySelector("[data-editor] textarea");
if (text) {
  const form = text.form;
  document.querySelectorAll("[data-keys]").forEach((hint) => (hint.hidden = false));

  // Ctrl+Enter, or ⌘+Enter, runs the query. Tab stays a key that leads on.
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });

  // What is too long for an address is sent as a form.
  form.addEventListener("submit", (event) => {
    const sends = form.querySelector("button[formmethod=post]");
    const length = new URLSearchParams(new FormData(form)).toString().length;
    if (!sends || event.submitter === sends || length <= Number(form.dataset.editor)) return;
    event.preventDefault();
    form.requestSubmit(sends);
  });
}
