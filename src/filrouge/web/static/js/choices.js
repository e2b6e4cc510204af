// A field that shares its choices with many others takes them as one comes to it.
export function fill(field) {
  const shared = field.dataset.choices && document.getElementById(field.dataset.choices);
  if (!shared || field.options.length > 1) return;
  const taken = new Set(field.dataset.taken.split(" "));
  field.append(...[...shared.content.cloneNode(true).children].filter((one) => !taken.has(one.value)));
}
const coming = (event) => { if (event.target.matches?.("select[data-choices]")) fill(event.target); };
document.addEventListener("focusin", coming);
document.addEventListener("pointerdown", coming, true);
