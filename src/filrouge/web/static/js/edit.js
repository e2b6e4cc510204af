// Texts that one clicks to edit: Enter saves, Escape leaves, leaving saves; a conflict shows both versions.
const csrf = document.querySelector("meta[name=csrf]")?.content ?? "";
const words = document.body.dataset;
const quiet = document.getElementById("quiet");
let last = null;

export function post(url, values) {
  return fetch(url, { method: "POST", headers: { "X-CSRF-Token": csrf, "X-Requested-With": "edit" }, body: new URLSearchParams(values) });
}

function say(text, undo) {
  quiet.textContent = text + " ";
  if (!undo) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.undo;
  button.addEventListener("click", takeBack);
  quiet.append(button);
}

function below(field) {
  let box = field.nextElementSibling;
  if (!box?.matches("[data-under]")) {
    box = document.createElement("div");
    box.dataset.under = "";
    box.setAttribute("role", "alert");
    field.after(box);
  }
  return box;
}

const own = (field) => field.dataset.saved ?? field.defaultValue ?? "";

function settle(field, value, revision) {
  field.dataset.saved = value;
  document.querySelectorAll(`[data-edit="${CSS.escape(field.dataset.edit)}"]`).forEach((other) => { other.dataset.revision = revision; });
  field.classList.remove("failed");
  if (field.nextElementSibling?.matches("[data-under]")) field.nextElementSibling.remove();
}

// Where a field is saved: an artefact's field, or an address of its own.
const place = (field) => field.dataset.url ?? `/edit/${field.dataset.edit}`;

export async function save(field, revision = field.dataset.revision) {
  const value = field.type === "checkbox" ? String(field.checked) : field.value.trim();
  if (value === own(field) && field.type !== "checkbox") return;
  say(words.saving);
  let answer;
  try {
    answer = await post(place(field), { field: field.name, value, revision });
  } catch {
    field.classList.add("failed");
    return say(words.offline);
  }
  if (answer.ok) {
    const saved = await answer.json();
    const before = own(field);
    settle(field, value, saved.revision);
    last = field.dataset.url ? [place(field), { field: field.name, value: before, revision: saved.revision }] : [`/undo/${field.dataset.edit}`, {}];
    say(words.saved, true);
    document.body.dispatchEvent(new CustomEvent("saved"));
    if (field.dataset.renew) window.htmx.ajax("GET", location.href, { source: field, target: `#${field.dataset.renew}`, select: `#${field.dataset.renew}`, swap: "outerHTML" });
    return;
  }
  field.classList.add("failed");
  say("");
  if (answer.status === 409) { below(field).innerHTML = await answer.text(); return; }
  const problem = await answer.json();
  const box = below(field);
  box.className = "note-under";
  box.textContent = [problem.title, problem.action].filter(Boolean).join(" ");
}

async function takeBack() {
  if (!last) return;
  const answer = await post(...last);
  if (answer.ok) location.reload();
}

function grow(field) {
  if (CSS.supports("field-sizing", "content") || !field.matches("textarea.ink")) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("[data-edit]");
  if (field?.matches("textarea, input")) {
    if (event.key === "Enter" && !event.shiftKey && (!("lines" in field.dataset) || event.ctrlKey || event.metaKey)) { event.preventDefault(); field.blur(); }
    if (event.key === "Escape") { field.value = own(field); field.blur(); event.stopPropagation(); }
    return;
  }
  const typing = event.target.matches("input, textarea, select");
  if (!typing && (event.ctrlKey || event.metaKey) && event.key === "z" && last) { event.preventDefault(); takeBack(); }
});
document.addEventListener("focusout", (event) => { if (event.target.matches("textarea[data-edit], input[data-edit]:not([type=checkbox])")) save(event.target); });
document.addEventListener("change", (event) => { if (event.target.matches("select[data-edit], input[type=checkbox][data-edit]")) save(event.target); });
document.addEventListener("input", (event) => grow(event.target));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-keep]");
  if (!button) return;
  const field = button.closest("[data-under]").previousElementSibling;
  if (button.dataset.keep === "mine") { save(field, button.dataset.revision); return; }
  field.value = button.dataset.value;
  settle(field, field.value, button.dataset.revision);
  field.focus();
});
document.querySelectorAll("textarea.ink").forEach(grow);
