// Texts that one clicks to edit: Enter saves, Escape leaves, leaving saves; a conflict shows both versions.
const csrf = document.querySelector("meta[name=csrf]")?.content ?? "";
const words = document.body.dataset;
const quiet = document.getElementById("quiet");
let last = null;

// What is short enough is sent to its end even when one leaves the page at once.
const SHORT = 50_000;
export function post(url, values) {
  const body = new URLSearchParams(values);
  return fetch(url, { method: "POST", headers: { "X-CSRF-Token": csrf, "X-Requested-With": "edit" }, body, keepalive: body.toString().length < SHORT });
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

// The newest revision of each artefact that this page made: a field that was replaced since may know an older one.
const known = new Map();
function revisionOf(field) {
  const [shown, made] = [field.dataset.revision, known.get(field.dataset.edit)];
  return Number(made) > Number(shown) ? made : shown;
}

const own = (field) => field.dataset.saved ?? field.defaultValue ?? "";

function settle(field, value, revision) {
  field.dataset.saved = value;
  field.dataset.revision = revision;
  known.set(field.dataset.edit, revision);
  document.querySelectorAll(`[data-edit="${CSS.escape(field.dataset.edit)}"]`).forEach((other) => { other.dataset.revision = revision; });
  field.classList.remove("failed");
  if (field.matches("select")) { field.classList.remove("ok", "warn", "strong"); if (field.selectedOptions[0]?.dataset.tone) field.classList.add(field.selectedOptions[0].dataset.tone); }
  if (field.nextElementSibling?.matches("[data-under]")) field.nextElementSibling.remove();
}

// Where a field is saved: an artefact's field, or an address of its own.
const place = (field) => field.dataset.url ?? `/edit/${field.dataset.edit}`;

// One save of an artefact after the other, so that who is quick does not meet their own change as somebody else's.
const lines = new Map();
let waiting = 0;
export function save(field, revision) {
  clearTimeout(field.resting);
  const leads = field.selectedOptions?.[0]?.dataset.leads;
  if (leads) { field.value = own(field); location.assign(leads); return Promise.resolve(); }
  const value = field.type === "checkbox" ? String(field.checked) : field.value.trim();
  const line = field.dataset.edit;
  if (value === own(field) && field.type !== "checkbox" && !lines.has(line)) return Promise.resolve();
  say(words.saving);
  waiting += 1;
  const sent = (lines.get(line) ?? Promise.resolve()).catch(() => {}).then(() => send(field, value, revision ?? revisionOf(field))).finally(() => {
    waiting -= 1;
    if (lines.get(line) === sent) lines.delete(line);
  });
  lines.set(line, sent);
  return sent;
}

// The field itself; or, where its part of the page was renewed meanwhile, the one that stands there now.
function inPlaceOf(field) {
  if (field.isConnected) return field;
  return document.querySelector(`[data-edit="${CSS.escape(field.dataset.edit)}"][name="${CSS.escape(field.name)}"]`) ?? field;
}

async function send(field, value, revision) {
  if (value === own(field) && field.type !== "checkbox") { if (waiting === 1) say(words.saved, last); return; }
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
    const shown = inPlaceOf(field);
    if (shown !== field) shown.value = value;
    settle(shown, value, saved.revision);
    last = field.dataset.url ? [place(field), { field: field.name, value: before, revision: saved.revision }] : [`/undo/${field.dataset.edit}`, {}];
    if (waiting === 1) say(words.saved, true);
    document.body.dispatchEvent(new CustomEvent("saved"));
    if (field.dataset.renew) window.htmx.ajax("GET", location.href, { source: shown, target: `#${field.dataset.renew}`, select: `#${field.dataset.renew}`, swap: "outerHTML" });
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

// A tie that was made or taken away is taken back by its opposite.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.requestConfig.elt;
  if (!event.detail.successful || !form.matches?.("form[action$='/tie']")) return;
  const tie = Object.fromEntries(new FormData(form));
  last = [form.getAttribute("action"), { source: tie.source, relation: tie.relation, target: tie.target, untie: String(tie.untie !== "true") }];
  say(words.saved, true);
});

// What was put away is taken back as an edit is.
function putAway() {
  const undo = document.querySelector("#notice form[data-undo]");
  if (undo) last = [undo.getAttribute("action"), {}];
}
document.addEventListener("htmx:oobAfterSwap", putAway);
putAway();

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
// A word chosen with the keys is saved when one rests or goes on: on its way there, each key passes by other words.
const REST_MS = 700;
let keyed = null;
document.addEventListener("keydown", (event) => { keyed = event.target.matches("select[data-edit]") ? event.target : null; }, true);
document.addEventListener("pointerdown", () => { keyed = null; }, true);
document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.matches("select[data-edit], input[type=checkbox][data-edit]")) return;
  if (field !== keyed) { save(field); return; }
  clearTimeout(field.resting);
  field.resting = setTimeout(() => save(field), REST_MS);
});
document.addEventListener("focusout", (event) => { if (event.target.matches("select[data-edit]")) save(event.target); });
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
