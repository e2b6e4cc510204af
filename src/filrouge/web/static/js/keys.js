// The keyboard: Ctrl+K palette, / search, ? help, J and K through lists.
const palette = document.getElementById("palette");
const help = document.getElementById("help");
const box = palette?.querySelector("input");
let chosen = 0, asked = null, shown = null, hurried = false;

function open(dialog) { if (dialog && !dialog.open) dialog.showModal(); }
function results() { return [...palette.querySelectorAll("[role=option]")]; }
// The focus stays in the box: what is chosen below is told by its id.
function choose(index) {
  const all = results();
  chosen = Math.max(0, Math.min(index, all.length - 1));
  all.forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
  box.setAttribute("aria-expanded", String(all.length > 0));
  if (all.length) box.setAttribute("aria-activedescendant", all[chosen].id); else box.removeAttribute("aria-activedescendant");
  all[chosen]?.scrollIntoView({ block: "nearest" });
}
function found() {
  shown = asked;
  choose(0);
  const said = palette.querySelector("[role=status]");
  said.textContent = results().length ? "" : said.dataset.none;
  if (hurried && shown === box.value) go();
}
// Enter takes what answers to the text in the box: who is quicker than the search waits for it.
function go() {
  hurried = shown !== box.value;
  const hit = !hurried && results()[chosen];
  if (!hit) return;
  palette.close();  // a place on this very page loads nothing anew
  hit.click();
  if (hit.hash && hit.href === location.href) arrive();
}
function step(by) {
  const items = [...document.querySelectorAll("main [data-item]")].filter((item) => item.checkVisibility());
  if (!items.length) return;
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const next = items[Math.max(0, Math.min(items.length - 1, at < 0 ? 0 : at + by))];
  // Never a field: the next key would be written into it.
  const target = next.matches("a, button") ? next : next.querySelector("[data-main]") ?? next;
  if (target === next && !next.matches("a, button, [tabindex]")) next.tabIndex = -1;
  target.focus();
  next.scrollIntoView({ block: "nearest" });
}

// Enter opens the item that J or K came to: its link, or else its first text.
function enter(item) {
  const inner = item.querySelector("[data-main]") ?? item.querySelector("textarea") ?? item.querySelector("a, button, input, select");
  if (inner?.matches("a, button")) inner.click(); else inner?.focus();
}

// When a part of the page was replaced: what the page was asked for takes the focus; else the control that had it, or
// its item, in their new form; else what stands at its place now; else the title. Not the attribute autofocus: the
// browser and htmx both obey it, and the second takes the focus from who went on.
let left = null;
const sign = (control) => control.getAttribute("aria-label") || control.textContent.trim();
function remember(sent) {
  const pressed = document.activeElement === document.body ? null : document.activeElement;
  const near = pressed ?? sent?.closest?.("main [data-edit]");
  // Who ties one thing may tie the next: back to where one chooses.
  const control = near?.closest("form.tying, form.mover")?.querySelector("select") ?? near;
  const at = [...document.querySelectorAll("main [data-item]")].findIndex((item) => item.contains(control));
  left = control ? { item: control.closest("main [id]:not(form, input, textarea, select)")?.id, sign: pressed && sign(control), at } : null;
}
document.addEventListener("htmx:beforeRequest", (event) => remember(event.detail.elt));
// Who went on since then is met where they are.
document.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.target.contains(document.activeElement)) remember(); });
function place() {
  const item = left?.item && document.getElementById(left.item);
  if (!item || item.querySelector("[data-item] [data-item]")) return null;
  const same = [...item.querySelectorAll("button, a, select, textarea, input:not([type=hidden])")].find((control) => sign(control) === left.sign);
  return (same?.checkVisibility() === false ? same.closest("details")?.querySelector("summary") : same) ?? item;
}
// What was put away leaves its place to the next of its list.
function beside() {
  const items = [...document.querySelectorAll("main [data-item]")];
  return left?.at >= 0 ? items[Math.min(left.at, items.length - 1)] : null;
}
function land() {
  if (document.activeElement !== document.body) return;
  const target = document.querySelector("main [data-focus]") ?? (left && (place() ?? beside() ?? document.querySelector("main h1")));
  if (!target) return;
  if (!target.matches("a, button, input, select, textarea, [tabindex]")) target.tabIndex = -1;
  target.focus();
}
// What was renewed by itself takes no focus from anybody, but gives back what it took.
document.addEventListener("htmx:afterSettle", (event) => { if (left?.item || !event.target.closest?.("[data-quiet]")) land(); });
if (document.querySelector("main [data-focus]")) land();

document.querySelector(".chapters [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.querySelectorAll("[data-palette]").forEach((button) => button.addEventListener("click", (event) => { event.preventDefault(); open(palette); box?.focus(); }));
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
document.querySelectorAll("dialog").forEach((dialog) => dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); }));
palette?.addEventListener("htmx:beforeRequest", () => { asked = box.value; });
palette?.addEventListener("htmx:afterSwap", found);
box?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
  if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen - 1); }
  if (event.key === "Enter") { event.preventDefault(); go(); }
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); open(palette); box?.select(); return; }
  if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); open(palette); box?.select(); }
  if (event.key === "?") open(help);
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && event.target.matches("[data-item]:not(a, button)")) { event.preventDefault(); enter(event.target); }
  if (event.key === "j" || event.key === "k") { event.preventDefault(); step(event.key === "j" ? 1 : -1); }
});
// A fold that was open is open in its new form.
let folds = [];
document.addEventListener("htmx:beforeSwap", (event) => { folds = [...event.detail.target.querySelectorAll("details.folded[open]")].map((fold) => fold.id); });
document.addEventListener("htmx:afterSwap", () => folds.splice(0).forEach((id) => document.getElementById(id)?.setAttribute("open", "")));
// The menus of the chapters close when one looks elsewhere.
const menus = () => document.querySelectorAll(".chapters details[open]");
document.addEventListener("click", (event) => menus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));
document.addEventListener("keydown", (event) => { if (event.key === "Escape") menus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); }); });
document.addEventListener("focusout", (event) => { const menu = event.target.closest(".chapters details[open]"); if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false; });
// Where an address leads: what is folded opens, and a field takes the focus.
function arrive() {
  const there = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!there) return;
  for (let fold = there.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
  if (there === document.activeElement) return;
  if (!there.matches("a, button, input, select, textarea, summary, [tabindex]")) there.tabIndex = -1;
  there.focus();
}
window.addEventListener("hashchange", arrive);
arrive();
