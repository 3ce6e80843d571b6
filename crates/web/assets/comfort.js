// Comforts of every page. Each works on what the server has sent, and nothing needs them.

// "/" goes to the search, "?" to the list of keys, and "g" with the key of a page to that page.
let wasGo = false;
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const isGo = wasGo;
  wasGo = event.key === "g";
  const keys = document.getElementById("keys");
  const search = document.querySelector("input[data-find]");
  if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "?" && keys) {
    event.preventDefault();
    keys.showModal();
  } else if (isGo && /^[a-z]$/.test(event.key)) {
    document.querySelector(`.navigation [data-key="${event.key}"]`)?.click();
  }
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const busy = event.submitter?.dataset.busy;
  if (busy) event.submitter.textContent = busy;
});
// Whoever comes back by the browser's own button may send it again.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// A filter narrows the list below it as it is typed; without it, the form's button does.
for (const filter of document.querySelectorAll("input[data-filter]")) {
  const list = document.getElementById(filter.dataset.filter);
  if (!list) continue;
  const narrow = () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of list.querySelectorAll("[data-words]")) {
      item.hidden = !words.every((word) => item.dataset.words.toLowerCase().includes(word));
      shown += item.hidden ? 0 : 1;
    }
    // Of groups, those are open in which something is found, as soon as something is looked for.
    for (const group of list.querySelectorAll("[data-group]")) {
      group.hidden = !group.querySelector("[data-words]:not([hidden])");
      if (words.length > 0) group.open = true;
    }
    const nothing = document.getElementById(`${list.id}-nothing`);
    if (nothing) nothing.hidden = shown > 0;
  };
  filter.addEventListener("input", narrow);
  narrow();
}

// What has to be typed to confirm is compared before it is sent.
for (const typed of document.querySelectorAll("input[data-must-be]")) {
  const button = typed.form.querySelector("button[type=submit], button:not([type])");
  const compare = () => {
    button.disabled = typed.value.trim() !== typed.dataset.mustBe;
  };
  typed.addEventListener("input", compare);
  compare();
}

// Moments are shown as people here write them; the exact one stays a touch away.
const moment = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
export const localise = (within) => {
  for (const time of within.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.valueOf()) || time.title) continue;
    time.title = `${time.textContent} (UTC ${time.dateTime})`;
    if (!time.dataset.keep) time.textContent = moment.format(at);
  }
};
localise(document);

// What is on a way with the box that somebody points at lights up.
for (const picture of document.querySelectorAll(".picture")) {
  const light = (node) => {
    const lit = new Set(node?.dataset.with.split(" "));
    picture.classList.toggle("lit", Boolean(node));
    for (const part of picture.querySelectorAll(".node, .edge")) {
      const own = part.dataset.node;
      const on = own ? lit.has(own) : Boolean(node) && part.dataset.with.split(" ").includes(node.dataset.node);
      part.classList.toggle("lit", on);
    }
  };
  const of = (event) => event.target.closest?.(".node");
  picture.addEventListener("pointerover", (event) => light(of(event)));
  picture.addEventListener("pointerleave", () => light(null));
  picture.addEventListener("focusin", (event) => light(of(event)));
  picture.addEventListener("focusout", () => light(null));
}
