// Comforts of whoever reviews grants: choices are kept as they are made, and keys move through them. All of it works without.
import "./comfort.js";

const form = document.querySelector("form[data-review]");
const rows = [...document.querySelectorAll("[data-grant]")];
if (form && rows.length > 0) {
  const csrf = form.querySelector("input[name=csrf]").value;
  const status = document.getElementById("chosen");
  let here = -1;
  let wasGo = false;

  const tell = (row, text, isWrong) => {
    const said = row.querySelector("[data-said]");
    said.textContent = text;
    said.classList.toggle("wrong", Boolean(isWrong));
  };
  const chosen = (row) => row.querySelector("input[type=radio]:checked")?.value ?? "none";
  const reason = (row) => row.querySelector("textarea");

  // Keeps what is chosen of a row.
  const keep = async (row) => {
    const decision = chosen(row);
    const why = reason(row).value.trim();
    if (decision === "deny" && why === "") {
      tell(row, "Say why: a deny needs a reason.", true);
      return;
    }
    const body = { choices: [{ number: Number(row.dataset.grant), decision: decision === "none" ? null : decision, reason: why }] };
    tell(row, "Keeping …");
    try {
      const answer = await fetch(form.dataset.review, {
        method: "POST",
        headers: { "content-type": "application/json", "x-csrf-token": csrf },
        body: JSON.stringify(body),
      });
      const said = await answer.json();
      if (!answer.ok) throw new Error(said.detail);
      tell(row, decision === "none" ? "Not chosen." : "Kept, not submitted yet.");
      status.textContent = said.summary;
    } catch (error) {
      tell(row, `Not kept: ${error.message} Save the page's choices with the button below.`, true);
    }
  };
  const choose = (row, decision) => {
    const radio = row.querySelector(`input[type=radio][value=${decision}]`);
    if (!radio) return;
    radio.checked = true;
    if (decision === "deny" && reason(row).value.trim() === "") {
      tell(row, "Say why: a deny needs a reason.");
      reason(row).focus();
      return;
    }
    keep(row);
  };
  const go = (to) => {
    here = Math.max(0, Math.min(rows.length - 1, to));
    rows[here].focus();
    rows[here].scrollIntoView({ block: "nearest" });
  };

  for (const row of rows) {
    row.addEventListener("focusin", () => (here = rows.indexOf(row)));
    row.addEventListener("change", (event) => {
      if (event.target.type === "radio") choose(row, event.target.value);
      else if (chosen(row) !== "none") keep(row);
    });
    // Escape leads from the reason back to the grant, so that keys move again.
    reason(row)?.addEventListener("keydown", (event) => {
      if (event.key === "Escape") row.focus();
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("textarea, select, input:not([type=radio], [type=checkbox]), [contenteditable]")) return;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    // After "g", a key leads to another page.
    const isGo = wasGo;
    wasGo = event.key === "g";
    if (isGo) return;
    const isOfRadio = event.target.type === "radio";
    const key = event.key;
    if (key === "j" || (key === "ArrowDown" && !isOfRadio && here >= 0)) go(here + 1);
    else if (key === "k" || (key === "ArrowUp" && !isOfRadio && here >= 0)) go(here - 1);
    else if (here >= 0 && key === "c") choose(rows[here], "certify");
    else if (here >= 0 && key === "d") choose(rows[here], "deny");
    else if (here >= 0 && key === "u") choose(rows[here], "none");
    else if (key === "s") document.querySelector("a[data-submit]")?.click();
    else return;
    event.preventDefault();
  });
}
