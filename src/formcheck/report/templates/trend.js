"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const canvases = data.charts.map((_, i) => document.getElementById(`chart-${i}`));
  const units = { deg: "°", percent: " %", s: " s" };
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  if (!window.Plotly) {
    document.getElementById("no-plots").hidden = false;
    canvases.forEach((canvas) => canvas.remove());
    return;
  }
  function draw() {
    data.charts.forEach((chart, i) => {
      const unit = units[chart.unit] ?? "";
      const digits = chart.unit === "deg" ? 0 : 2;
      const traces = chart.lines.flatMap((line) => {
        const ink = colour(line.side || "left");
        const up = line.value.map((v, k) => v + line.sigma[k]);
        const down = line.value.map((v, k) => v - line.sigma[k]).reverse();
        const band = { x: [...line.at, ...[...line.at].reverse()], y: [...up, ...down], mode: "lines", line: { width: 0 }, fill: "toself", fillcolor: ink + "30", hoverinfo: "skip" };
        return [band, {
          x: line.at, y: line.value, customdata: line.session.map((id, k) => [id, line.sigma[k]]), mode: "lines+markers",
          line: { color: ink, width: 1.5 }, marker: { size: 9, color: ink },
          ...(line.at.length > 1 ? {} : { error_y: { type: "data", array: line.sigma, color: ink, thickness: 1.5, width: 4 } }),
          hovertemplate: `#%{customdata[0]} ${line.side} %{y:.${digits}f} ± %{customdata[1]:.${digits}f}${unit}<extra></extra>`,
        }];
      });
      const shapes = chart.lines.filter((line) => line.mdc !== null).flatMap((line) => [-1, 1].map((sign) => ({
        type: "line", xref: "paper", x0: 0, x1: 1, y0: line.first + sign * line.mdc, y1: line.first + sign * line.mdc,
        line: { color: colour(line.side || "left"), width: 1, dash: "dash" }, layer: "below",
      })));
      const axis = { gridcolor: colour("line"), zeroline: false, linecolor: colour("line"), tickcolor: colour("line"), fixedrange: true };
      const width = canvases[i].clientWidth;
      const all = chart.lines.flatMap((line) => [...line.value.flatMap((v, k) => [v - line.sigma[k], v + line.sigma[k]]),
        ...(line.mdc === null ? [] : [line.first - line.mdc, line.first + line.mdc])]);
      const [low, high] = [Math.min(...all), Math.max(...all)];
      const room = 0.06 * (high - low || 1);
      Plotly.react(canvases[i], traces, {
        font: { family: "system-ui, sans-serif", size: 12, color: colour("ink") }, margin: { l: 50, r: 14, t: 12, b: 40 },
        showlegend: false, hovermode: "closest", dragmode: false, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
        hoverlabel: { bgcolor: colour("card"), font: { color: colour("ink") }, bordercolor: colour("line") },
        xaxis: { ...axis, type: "date", range: data.span, nticks: width < 500 ? 4 : 8 }, yaxis: { ...axis, range: [low - room, high + room], ticksuffix: unit, nticks: 6 },
        shapes, width, height: canvases[i].clientHeight,
      }, { displayModeBar: false });
    });
  }
  draw();
  window.addEventListener("resize", draw);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  const forPaper = (on) => { document.documentElement.classList.toggle("printing", on); draw(); };
  window.addEventListener("beforeprint", () => forPaper(true));
  window.addEventListener("afterprint", () => forPaper(false));
})();
