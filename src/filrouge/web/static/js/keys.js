// The keyboard: Ctrl+K palette, / search, ? help, J and K through lists.
const palette = document.getElementById("palette");
const help = document.getElementById("help");
const box = palette?.querySelector("input");
let chosen = 0;

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
  choose(0);
  const said = palette.querySelector("[role=status]");
  said.textContent = results().length ? "" : said.dataset.none;
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
// its item, in their new form; else the title. Not the attribute autofocus: the browser and htmx both obey it, and the
// second takes the focus from who went on.
let left = null;
const sign = (control) => control.getAttribute("aria-label") || control.textContent.trim();
document.addEventListener("htmx:beforeRequest", () => {
  const control = document.activeElement;
  left = control === document.body ? null : { item: control.closest("main [id]:not(form, input, textarea, select)")?.id, sign: sign(control) };
});
function place() {
  const item = left?.item && document.getElementById(left.item);
  if (!item || item.querySelector("[data-item] [data-item]")) return null;
  return [...item.querySelectorAll("button, a, select, textarea")].find((control) => sign(control) === left.sign) ?? item;
}
function land() {
  if (document.activeElement !== document.body) return;
  const target = document.querySelector("main [data-focus]") ?? place() ?? document.querySelector("main h1");
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
palette?.addEventListener("htmx:afterSwap", found);
box?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
  if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen - 1); }
  if (event.key === "Enter") { event.preventDefault(); results()[chosen]?.click(); }
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
  if (there.matches("input, select, textarea")) there.focus();
}
window.addEventListener("hashchange", arrive);
arrive();
