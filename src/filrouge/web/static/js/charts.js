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
    line: { color: colour("ink"), strokeWidth: 1.8 }, point: { color: colour("ink"), filled: true }, bar: { color: colour("ink") }, area: { color: colour("rule-strong") }, rule: { color: colour("ink-3") }, text: { color: colour("ink-2"), font: "Inter", fontSize: 12 }, title: { color: colour("ink"), font: "Fraunces", fontWeight: 500, fontSize: 16, anchor: "start" },
  };
}

async function draw(holder) {
  const spec = JSON.parse(holder.dataset.chart);
  delete spec.config;
  await vegaEmbed(holder, { width: "container", ...spec }, { ast: true, actions: false, renderer: "svg", defaultStyle: false, config: look(), tooltip: { disableDefaultStyle: true } });
  holder.dataset.drawn = "";
}

document.querySelectorAll("[data-chart]").forEach(draw);
