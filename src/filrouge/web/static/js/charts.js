// Charts: a Vega-Lite specification in data-chart, drawn by the interpreter (no eval) in the page's colours.
const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(`--${name}`).trim();

function look() {
  const text = { labelColor: colour("ink-2"), titleColor: colour("ink-2"), labelFont: "Inter", titleFont: "Inter", labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500 };
  return {
    background: "transparent", font: "Inter", view: { stroke: null },
    axis: { ...text, gridColor: colour("rule"), domainColor: colour("rule-strong"), tickColor: colour("rule-strong"), tickSize: 4, labelPadding: 5 },
    legend: { ...text, orient: "top", symbolStrokeWidth: 2 }, header: text,
    range: { category: [colour("ink"), colour("ok"), colour("warn"), colour("ink-3")], heatmap: [colour("sheet"), colour("warn")], ramp: [colour("rule"), colour("ink")] },
    style: {
      "bad": { color: colour("warn"), filled: true, opacity: 1 }, "band": { color: colour("warn"), opacity: 0.13 }, "threshold": { color: colour("warn"), strokeWidth: 1.2 },
      "event": { color: colour("ink-3"), strokeWidth: 0.8, fontSize: 11, fill: colour("ink-3") }, "event-bad": { color: colour("thread"), strokeWidth: 1.2, fontSize: 11, fill: colour("thread") },
      "guide-label": { font: "Inter" }, "guide-title": { font: "Inter" },
    },
    line: { color: colour("ink"), strokeWidth: 1.8 }, point: { color: colour("ink"), filled: true }, bar: { color: colour("ink") }, area: { color: colour("rule-strong") }, rule: { color: colour("ink-3") }, text: { color: colour("ink-2"), font: "Inter", fontSize: 12 }, title: { color: colour("ink"), font: "Fraunces", fontWeight: 500, fontSize: 16, anchor: "start" },
  };
}

const FRENCH = {
  formatLocale: { decimal: ",", thousands: "\u202f", grouping: [3], currency: ["", "\u00a0€"], percent: "\u00a0%" },
  timeFormatLocale: {
    dateTime: "%A %e %B %Y à %X", date: "%d/%m/%Y", time: "%H:%M:%S", periods: ["AM", "PM"],
    days: ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"], shortDays: ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."],
    months: ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"], shortMonths: ["janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
  },
};
const locale = document.documentElement.lang === "fr" ? FRENCH : {};

async function draw(holder) {
  const asked = holder.dataset.chart;
  holder.dataset.drawn = asked;
  const answer = await fetch(asked, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) holder.dataset.drawn = "";
  if (!answer?.ok || holder.dataset.chart !== asked) return;
  const spec = await answer.json();
  delete spec.config;
  // Labels of events need room; without it, they are told on hovering only.
  if (holder.clientWidth < 560 && spec.layer) spec.layer = spec.layer.filter((layer) => layer.mark?.type !== "text");
  await vegaEmbed(holder, { ...spec, width: "container", autosize: { type: "fit-x", contains: "padding" } }, { ast: true, actions: false, renderer: "svg", defaultStyle: false, config: look(), tooltip: { disableDefaultStyle: true }, ...locale });
}

// A chart is drawn when it is first seen, or when there is time; a folded one costs nothing until it is opened.
const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
  if (entry.isIntersecting && entry.target.dataset.drawn !== entry.target.dataset.chart) draw(entry.target);
}), { rootMargin: "200px" });

export function watch(root) {
  const holders = [...root.querySelectorAll("[data-chart]")];
  holders.forEach((holder) => { seen.unobserve(holder); seen.observe(holder); });
  const rest = () => holders.forEach((holder) => { if (!holder.closest("details:not([open])") && holder.dataset.drawn !== holder.dataset.chart) draw(holder); });
  (window.requestIdleCallback ?? setTimeout)(rest);
}

watch(document);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.querySelectorAll("[data-drawn]").forEach(draw));
document.addEventListener("charts", () => watch(document));
