// Finds what a person sees by the words on it: arguments are what kind of thing, and the words.
const [kind, words] = arguments;
const plain = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const own = (element) => plain([...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join(" "));
const isShown = (element) => element.checkVisibility();
const isCalled = (element) => [plain(element.textContent), own(element), plain(element.getAttribute("aria-label"))].includes(words);
const among = (selector) => [...document.querySelectorAll(selector)].filter((element) => isShown(element) && isCalled(element));
const fieldOf = (label) => label.control ?? document.getElementById(label.htmlFor);
switch (kind) {
  case "button": return among("button:enabled, a, summary")[0] ?? null;
  case "field": return among("label").map(fieldOf).find(Boolean) ?? null;
  case "heading": return among("h1, h2, h3, legend")[0] ?? null;
}
