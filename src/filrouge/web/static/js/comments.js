// Comments in a panel: the page of an artefact's comments, beside what it is about.
const panel = document.getElementById("talk");
const inside = document.getElementById("talk-inside");
let opener = null;

function open(link) {
  opener = link.dataset.talk;
  window.htmx.ajax("GET", link.getAttribute("href"), { target: inside, select: "#comments", swap: "innerHTML" }).then(() => {
    if (!panel.open) panel.showModal();
    inside.querySelector("#say")?.focus();
  });
}

// The page shows how many there are by now.
function count() {
  const said = inside.querySelector("#comments")?.dataset.open ?? "";
  const link = opener && document.querySelector(`[data-talk="${CSS.escape(opener)}"]`);
  if (!link) return;
  link.querySelector(".n").textContent = said === "0" ? "" : said;
  link.classList.toggle("said", said !== "0");
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-talk]");
  if (link && panel && window.htmx && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); open(link); return; }
  const name = event.target.closest("[data-name]");
  if (!name) return;
  const text = name.closest("form").querySelector("textarea");
  const before = text.value.slice(0, text.selectionStart);
  text.setRangeText(`${before && !/\s$/.test(before) ? " " : ""}${name.dataset.name} `, text.selectionStart, text.selectionEnd, "end");
  text.focus();
});
document.addEventListener("keydown", (event) => {
  const form = event.target.closest("#comments form");
  if (form && event.target.matches("textarea") && event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
});
document.addEventListener("toggle", (event) => { if (event.target.matches?.(".answer, .rewrite") && event.target.open) event.target.querySelector("textarea").focus(); }, true);
panel?.addEventListener("htmx:afterSettle", () => { count(); if (panel.open && !panel.contains(document.activeElement)) inside.querySelector("#say")?.focus(); });
panel?.addEventListener("close", () => { document.querySelector(`[data-talk="${CSS.escape(opener ?? "")}"]`)?.focus(); });
