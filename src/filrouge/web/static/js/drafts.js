// What one is writing outlives a part of the page that is renewed under it: text, caret and focus go on in the new part.
import { fill } from "./choices.js";

const WRITABLE = "textarea, select:not([data-edit]), input:not([type=hidden], [type=checkbox], [type=radio], [type=file])";
const key = (field) => [field.form?.getAttribute("action"), field.dataset.edit, field.dataset.url, field.name].join(" ");
const was = (field) => field.matches("select") ? [...field.options].find((one) => one.defaultSelected)?.value ?? field.options[0]?.value : field.dataset.saved ?? field.defaultValue;
const text = (field) => field.matches("textarea, [type=text]");
let kept = [];

function keep(field) {
  const focused = field === document.activeElement;
  const caret = focused && text(field) ? [field.selectionStart, field.selectionEnd] : null;
  return { key: key(field), value: field.value, focused, caret, open: [...document.querySelectorAll("details[open]")].some((fold) => fold.contains(field)) };
}
function giveBack({ key: wanted, value, focused, caret, open }, part) {
  const field = [...part.querySelectorAll(WRITABLE)].find((one) => key(one) === wanted);
  if (!field) return;
  if (field.matches("select")) fill(field);
  field.value = value;
  for (let fold = open && field.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
  if (!focused) return;
  field.focus();
  if (caret) field.setSelectionRange(...caret);
}
document.addEventListener("htmx:beforeSwap", (event) => {
  const sent = event.detail.requestConfig.elt.closest("form");
  const begun = (field) => field.value !== was(field) && !(field.form && field.form === sent && !sent.matches(ADDS));
  kept = event.detail.xhr.status < 400 ? [...event.detail.target.querySelectorAll(WRITABLE)].filter(begun).map(keep) : [];
});
document.addEventListener("htmx:afterSettle", (event) => {
  const part = document.getElementById(event.detail.target?.id) ?? document;
  kept.splice(0).forEach((one) => giveBack(one, part));
});

// A row that adds is empty again as soon as it is sent, ready for the next; what could not be added comes back.
const ADDS = "form.add, form.entering";
document.addEventListener("htmx:beforeSend", (event) => {
  const form = event.detail.elt;
  if (!form.matches?.(ADDS)) return;
  const fields = [...form.querySelectorAll("input:not([type=hidden])")];
  form.unsent = fields.map((field) => [field, field.type === "checkbox" ? field.checked : field.value]);
  fields.forEach((field) => { if (field.type === "checkbox") field.checked = false; else field.value = ""; });
  if (form.contains(document.activeElement)) fields[0]?.focus();
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (event.detail.successful || !form.unsent || form.querySelector("input:not([type=hidden])")?.value) return;
  form.unsent.forEach(([field, value]) => { if (field.type === "checkbox") field.checked = value; else field.value = value; });
});
