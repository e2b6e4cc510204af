// The canvas: Enter writes the next note, Alt with the arrows or the handle puts a note elsewhere.
import { save } from "./edit.js";

const quiet = document.getElementById("quiet");
const board = () => document.getElementById("board");

async function put(note, box, to) {
  const field = note.querySelector("textarea");
  if (field) await save(field);
  await window.htmx.ajax("POST", board().dataset.place, { source: board(), target: "#board", select: "#board", swap: "outerHTML", values: { note: note.dataset.note, box, to, csrf: document.querySelector("meta[name=csrf]").content } });
  const moved = document.getElementById(`canvas_note-${note.dataset.note}`);
  if (!moved) return;
  const now = moved.closest(".box");
  const all = [...now.querySelectorAll("[data-note]")];
  quiet.textContent = board().dataset.moved.replace("{box}", now.querySelector("h2").textContent).replace("{place}", all.indexOf(moved) + 1).replace("{all}", all.length);
  if (document.activeElement === document.body) moved.querySelector("textarea").focus();
}

document.addEventListener("keydown", (event) => {
  const note = event.target.closest?.("#board [data-note]");
  if (!note) return;
  const box = note.closest(".box");
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    const all = [...box.querySelectorAll("[data-note]")];
    const to = all.indexOf(note) + (event.key === "ArrowUp" ? -1 : 1);
    if (to >= 0 && to < all.length) put(note, box.dataset.box, to);
    return;
  }
  if (event.key === "Enter" && !event.shiftKey && event.target.matches("textarea")) box.querySelector(".add input[type=text]").focus();
});

let dragged = null;
function under(box, y) {
  const others = [...box.querySelectorAll("[data-note]")].filter((note) => note !== dragged);
  const before = others.findIndex((note) => { const edge = note.getBoundingClientRect(); return y < edge.top + edge.height / 2; });
  return { others, to: before < 0 ? others.length : before };
}
function unmark() { document.querySelectorAll(".before, .after, .box.over").forEach((one) => one.classList.remove("before", "after", "over")); }

document.addEventListener("dragstart", (event) => {
  if (!event.target.closest?.("[data-grip]")) return;
  dragged = event.target.closest("[data-note]");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.querySelector("textarea").value);
  event.dataTransfer.setDragImage(dragged, 8, 8);
  dragged.classList.add("dragged");
});
document.addEventListener("dragover", (event) => {
  const box = dragged && event.target.closest?.("#board .box[data-notes]");
  if (!box) return;
  event.preventDefault();
  unmark();
  box.classList.add("over");
  const { others, to } = under(box, event.clientY);
  if (others[to]) others[to].classList.add("before"); else others.at(-1)?.classList.add("after");
});
document.addEventListener("drop", (event) => {
  const box = dragged && event.target.closest?.("#board .box[data-notes]");
  if (!box) return;
  event.preventDefault();
  const note = dragged;
  put(note, box.dataset.box, under(box, event.clientY).to);
});
document.addEventListener("dragend", () => { unmark(); dragged?.classList.remove("dragged"); dragged = null; });

// A size of paper is a class of the page: the style sheet knows both.
document.addEventListener("click", (event) => {
  const paper = event.target.closest("[data-paper]");
  const menu = document.querySelector(".handed[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
  if (!paper?.matches("button")) return;
  menu.open = false;
  document.documentElement.classList.toggle("a3", paper.dataset.paper === "a3");
  window.print();
});
