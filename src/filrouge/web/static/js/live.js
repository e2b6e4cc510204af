// While something runs: ask for the page again, and replace the parts that changed; never one that has the focus.
const EVERY_MS = Number(document.querySelector("meta[name=renew]")?.content ?? 1000);

function renew(part, fresh) {
  if (part.dataset.chart) {
    if (part.dataset.chart === fresh.dataset.chart) return;
    part.dataset.chart = fresh.dataset.chart;
    part.setAttribute("aria-label", fresh.getAttribute("aria-label"));
    document.dispatchEvent(new Event("charts"));
    return;
  }
  if (part.contains(document.activeElement) || part.innerHTML === fresh.innerHTML) return;
  part.replaceWith(document.adoptNode(fresh));
}

function insert(fresh) {
  const before = fresh.previousElementSibling && document.getElementById(fresh.previousElementSibling.id);
  if (before) before.after(document.adoptNode(fresh));
  else document.getElementById(fresh.nextElementSibling?.id)?.before(document.adoptNode(fresh));
  document.dispatchEvent(new Event("charts"));
}

async function look() {
  if (document.hidden) return setTimeout(look, EVERY_MS);
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.status === 401 || answer.status === 404) return;
    if (!answer.ok) return setTimeout(look, 5 * EVERY_MS);
    const seen = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const fresh of seen.querySelectorAll("[data-part]")) {
      const part = document.getElementById(fresh.id);
      if (part) renew(part, fresh); else insert(fresh);
    }
    if (seen.querySelector("script[src*='live.js']")) setTimeout(look, EVERY_MS);
  } catch {
    setTimeout(look, 5 * EVERY_MS);
  }
}

setTimeout(look, EVERY_MS);
