// A text is never cut. Near its limit a counter stands beside it; beyond, it says how much is too much, and the form is
// not sent. Who cannot see it is told when they rest.
const words = document.body.dataset;
const told = document.getElementById("fits");
const REST_MS = 700;
let resting;

const said = (number) => number.toLocaleString(document.documentElement.lang);
const limit = (field) => Number(field?.dataset?.most);
const note = (field) => [...field.parentElement.children].find((one) => one.dataset.fits === field.name);
// As the server counts: by characters, not by the halves that some are made of.
const left = (field) => limit(field) - (field.value.length > limit(field) / 2 ? [...field.value].length : field.value.length);
const near = (field) => Math.min(200, Math.max(20, limit(field) / 10));

function written(field) {
  const found = note(field);
  if (found) return found;
  const made = document.createElement("span");
  made.dataset.fits = field.name;
  (field.nextElementSibling?.matches("[data-under]") ? field.nextElementSibling : field).after(made);
  return made;
}

function clear(field) {
  note(field)?.remove();
  field.removeAttribute("aria-invalid");
  field.setCustomValidity("");
}

function measure(field, here = true) {
  const rest = left(field);
  // What is saved where it stands is answered by the server, below it.
  if (here ? rest > near(field) : rest >= 0 || field.matches("[data-edit]")) { clear(field); return ""; }
  const text = rest < 0 ? words.over.replace("{n}", said(-rest)).replace("{most}", said(limit(field))) : words.left.replace("{n}", said(rest));
  const shown = written(field);
  shown.textContent = text;
  shown.className = rest < 0 ? "fits over" : "fits";
  if (rest < 0) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
  field.setCustomValidity(rest < 0 ? text : "");
  return text;
}

function tell(text) {
  clearTimeout(resting);
  resting = setTimeout(() => { if (told.textContent !== text) told.textContent = text; }, REST_MS);
}

document.addEventListener("input", (event) => { if (limit(event.target)) tell(measure(event.target)); });
document.addEventListener("focusout", (event) => { if (limit(event.target)) measure(event.target, false); });

// A form that was sent, emptied or drawn anew.
function again() {
  for (const shown of document.querySelectorAll("[data-fits]")) {
    const field = [...shown.parentElement.children].find((one) => one.name === shown.dataset.fits && limit(one));
    if (field) measure(field, field === document.activeElement);
  }
  if (limit(document.activeElement)) measure(document.activeElement);
}
for (const event of ["reset", "htmx:beforeSend", "htmx:afterSettle"]) document.addEventListener(event, () => queueMicrotask(again));
