// Follows what happens: when the hub says that something changed, the parts of the page that are live are fetched anew.
import { localise } from "./comfort.js";

const PAUSE = 400;
let isWaiting = false;
let isWanted = false;

async function refresh() {
  if (isWaiting) {
    isWanted = true;
    return;
  }
  isWaiting = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.redirected) {
      location.reload();
      return;
    }
    if (answer.ok) replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The hub is away for a moment; the next event tries again.
  }
  setTimeout(() => {
    isWaiting = false;
    if (isWanted) {
      isWanted = false;
      refresh();
    }
  }, PAUSE);
}

function replace(fresh) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    // What somebody is working in stays as it is.
    if (!next || part.contains(document.activeElement) || next.innerHTML === part.dataset.shown) continue;
    part.dataset.shown = next.innerHTML;
    part.replaceChildren(...next.childNodes);
    localise(part);
  }
}

if (document.querySelector("[data-live]")) {
  const source = new EventSource("/live");
  source.addEventListener("changed", refresh);
  // What happened while the connection was away is told by nobody.
  let wasOpen = false;
  source.addEventListener("open", () => {
    if (wasOpen) refresh();
    wasOpen = true;
  });
  addEventListener("pagehide", () => source.close());
}
