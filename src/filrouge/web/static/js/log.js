// The log of a step, asked for when it is opened.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-log]");
  if (!button) return;
  const row = document.getElementById(button.getAttribute("aria-controls"));
  row.hidden = !row.hidden;
  button.setAttribute("aria-expanded", String(!row.hidden));
  const place = row.querySelector("pre");
  if (row.hidden || place.textContent) return;
  const answer = await fetch(button.dataset.log);
  place.textContent = await answer.text();
});
