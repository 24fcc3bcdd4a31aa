// What the pages do beyond links and forms: keys in the ledger, dropping files. Everything works without it, too.
"use strict";

const receipts = () => [...document.querySelectorAll("[data-receipt]")];

function move(step) {
  const all = receipts();
  const here = all.findIndex((one) => one.contains(document.activeElement));
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  if (next) {
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !receipts().length) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else {
    const here = event.target.closest("[data-receipt]");
    const button = here && here.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    button.click();
  }
  event.preventDefault();
});

// A receipt that was decided is replaced: the keyboard stays where it was.
let decided = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  decided = target.matches("[data-receipt]") ? receipts().indexOf(target) : null;
  if (event.detail.xhr.status >= 400 && target.matches("[data-receipt]")) {
    event.detail.shouldSwap = false;
    say(target, "This could not be kept. Look again at the page, then decide once more.");
  }
});
document.addEventListener("htmx:afterSettle", () => {
  if (decided !== null && receipts()[decided]) receipts()[decided].focus();
  decided = null;
});
document.addEventListener("htmx:sendError", (event) => say(event.detail.elt, "Earned does not answer. Is earned serve still running?"));

function say(near, words) {
  const note = document.createElement("p");
  note.className = "problem";
  note.setAttribute("role", "alert");
  note.textContent = words;
  near.append(note);
}

for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector("input[type=file]");
  for (const kind of ["dragover", "dragleave", "drop"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", kind === "dragover");
      if (kind === "drop") input.files = event.dataTransfer.files;
    });
  }
}
