// The room of a workshop: acts are sent without leaving the page, and the changes of the others come in by themselves.
// What one is typing stays: the new room is laid over the old one, never put in its place.
import { follow } from "./follow.js";

const csrf = document.querySelector("meta[name=csrf]").content;
const notice = document.getElementById("notice");
const GAP_MS = 250;
let behind = false, busy = false;

const room = () => document.getElementById("room");
const url = room().dataset.room;

// A field that somebody began to fill, chose in, or ticked, and has not sent yet.
const begun = (node) =>
  node.matches?.("input:not([type=hidden])") ? node.value !== node.defaultValue || node.checked !== node.defaultChecked
  : node.matches?.("select") && [...node.options].some((option) => option.selected !== option.defaultSelected);

function lay(text) {
  const focused = document.activeElement;
  window.Idiomorph.morph(room(), text, {
    morphStyle: "outerHTML",
    ignoreActiveValue: focused.matches("input, textarea, select"),
    callbacks: {
      beforeAttributeUpdated: (name, node) => !(name === "open" && node.matches("details")),
      beforeNodeRemoved: (node) => !node.matches?.("[data-fits]"),
      beforeNodeMorphed: (node) => !(begun(node) || (node === focused && node.matches("select, [data-edit]"))),
    },
  });
  window.htmx?.process(room());
  tick();
}

async function look() {
  if (busy) { behind = true; return; }
  busy = true;
  behind = false;
  try {
    const answer = await fetch(`${url}/room`, { headers: { Accept: "text/html", "X-Room": "1" } });
    if (answer.ok) lay(await answer.text());
  } finally {
    setTimeout(() => { busy = false; if (behind) look(); }, GAP_MS);
  }
}

function say(text) { notice.textContent = text; }

// What was sent stands: a choice that is sent by itself stays chosen, a text is emptied for the next one.
// What was changed again while the answer was on its way is not touched.
function settle(form, values) {
  for (const field of form.elements) {
    if (!field.matches("input:not([type=hidden]), select")) continue;
    const sent = values.getAll(field.name);
    if (field.matches("[data-send]")) {
      for (const option of field.options) option.defaultSelected = option.value === sent[0];
    } else if (field.type === "checkbox") {
      if (field.checked === sent.includes(field.value)) field.checked = field.defaultChecked;
    } else if (field.value === sent[0]) {
      if (field.matches("select")) for (const option of field.options) option.selected = option.defaultSelected;
      else field.value = field.defaultValue;
    }
  }
}

// One act after the other, in the order in which they were done: no answer overtakes a newer one.
let acts = Promise.resolve();
function send(form) {
  const values = new URLSearchParams(new FormData(form));
  acts = acts.then(() => act(form, values));
}

async function act(form, values) {
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", headers: { Accept: "text/html", "HX-Request": "true", "X-Room": "1", "X-CSRF-Token": csrf }, body: values });
  } catch {
    say(room().dataset.lost);
    return;
  }
  const text = await answer.text();
  if (!answer.ok) {
    say(new DOMParser().parseFromString(text, "text/html").body.textContent.trim().replace(/\s+/g, " "));
    if (form.querySelector("[data-send]")) form.reset(); // a choice that was refused is not shown as made
    return;
  }
  say("");
  const spot = document.activeElement?.getAttribute?.("aria-label");
  settle(form, values);
  lay(text);
  if (document.activeElement === document.body && spot) [...room().querySelectorAll("[aria-label]")].find((one) => one.getAttribute("aria-label") === spot)?.focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.closest("#room") || form.matches("[hx-post]")) return;
  event.preventDefault();
  send(form);
});
document.addEventListener("change", (event) => { if (event.target.matches("[data-send]")) send(event.target.form); });

// One idea onto a group, by hand.
document.addEventListener("dragstart", (event) => { const idea = event.target.closest?.("[data-idea]"); if (idea) event.dataTransfer.setData("text/idea", idea.dataset.idea); });
document.addEventListener("dragover", (event) => { if (event.target.closest?.("[data-group]") && event.dataTransfer.types.includes("text/idea")) event.preventDefault(); });
document.addEventListener("drop", (event) => {
  const group = event.target.closest?.("[data-group]");
  const form = document.getElementById("grouping");
  const idea = event.dataTransfer.getData("text/idea");
  if (!group || !form || !idea) return;
  event.preventDefault();
  document.querySelectorAll("[name=idea]").forEach((box) => { box.checked = box.value === idea; });
  form.elements.group.value = group.dataset.group;
  form.elements.title.value = "";
  send(form);
});

// The timer counts by this machine's clock from what the server said was left.
let ends = null, told = null;
function tick() {
  const timer = document.getElementById("timer");
  if (!timer) return;
  const left = timer.dataset.left;
  if (left !== told) { told = left; ends = left === undefined ? null : performance.now() + 1000 * Number(left); }
  const figure = timer.querySelector("[role=timer]");
  const seconds = ends === null ? null : Math.ceil((ends - performance.now()) / 1000);
  timer.classList.toggle("over", seconds !== null && seconds <= 0);
  const words = seconds === null ? "" : seconds <= 0 ? timer.dataset.over : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  if (figure.textContent !== words) figure.textContent = words;
}
setInterval(tick, 250);
tick();
follow(`${url}/events`, look);
