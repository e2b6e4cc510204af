// Who else is on the pages of this product; and a word when they change the page that is open.
const place = document.getElementById("presence");
const EVERY_MS = 15_000;
let since, timer;

async function ask() {
  clearTimeout(timer);
  if (document.visibilityState !== "visible") return;
  const { product, at } = place.dataset;
  try {
    const answer = await fetch(`/products/${product}/presence?${new URLSearchParams({ at, ...(since !== undefined && { since }) })}`);
    if (!answer.ok) return; // signed out, or no longer a member: the next page says so
    const { people, changed, latest } = await answer.json();
    if (place.querySelector(".people").textContent !== people) place.querySelector(".people").textContent = people;
    if (changed) {
      place.querySelector(".changed").textContent = changed;
      place.querySelector("a").hidden = false;
    }
    since = latest;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // offline: edits say so when they cannot be saved
  }
  timer = setTimeout(ask, EVERY_MS);
}

document.addEventListener("visibilitychange", ask);
ask();
