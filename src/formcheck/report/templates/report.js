"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const video = document.getElementById("video");
  const canvases = data.plots.map((_, i) => document.getElementById(`plot-${i}`));
  const phaseIndex = new Map(data.phases.map((phase, i) => [phase.name, i % 4]));
  const symbols = { fail: "x", warn: "triangle-up", advice: "circle" };
  const units = { deg: "°", shank: " shin lengths", hip_width: " hip widths" };
  const step = 0.2; // seconds of one press of an arrow key
  let printing = false;

  const plain = (text) => text.replace(/[<>&%{}]/g, "");
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  function seek(time) {
    if (!video) return;
    video.pause();
    video.currentTime = time;
    const box = video.getBoundingClientRect();
    if (box.bottom < 80 || box.top > window.innerHeight - 80) video.scrollIntoView({ block: "nearest" });
  }

  function traces(plot) {
    const unit = units[plot.unit] ?? "";
    const digits = plot.unit === "deg" ? 0 : 2;
    const all = [];
    for (const curve of plot.curves) {
      const ink = colour(curve.side ?? "left");
      all.push({ x: curve.band_s, y: curve.band, mode: "lines", line: { width: 0 }, fill: "toself", fillcolor: ink + "38", hoverinfo: "skip" });
      all.push({
        x: curve.time_s, y: curve.value, customdata: curve.sigma, mode: "lines", line: { color: ink, width: 2 }, connectgaps: false,
        hovertemplate: `${curve.side ? curve.side + " " : ""}%{y:.${digits}f} ± %{customdata:.${digits}f}${unit}, %{x:.1f} s<extra></extra>`,
      });
    }
    for (const fault of plot.faults) {
      all.push({
        x: [fault.time_s], y: [fault.value], mode: "markers", hovertemplate: `Rep ${fault.rep}: ${plain(fault.label)} (${fault.severity})<extra></extra>`,
        marker: { symbol: symbols[fault.severity], size: 11, color: colour(fault.severity === "advice" ? "accent" : fault.severity), line: { width: 1, color: colour("card") } },
      });
    }
    return all;
  }

  function shapes(plot) {
    const band = (x0, x1, fill, layer) => ({ type: "rect", xref: "x", yref: "paper", x0, x1, y0: 0, y1: 1, fillcolor: fill, line: { width: 0 }, layer });
    const level = (y, dash) => ({ type: "line", xref: "paper", yref: "y", x0: 0, x1: 1, y0: y, y1: y, line: { color: colour("quiet"), width: 1.5, dash } });
    const now = video ? video.currentTime : 0;
    const playhead = { type: "line", xref: "x", yref: "paper", x0: now, x1: now, y0: 0, y1: 1, line: { color: colour("ink"), width: 1 }, visible: Boolean(video) && !printing };
    return [
      playhead,
      ...data.timeline.phases.map(([name, start, end]) => band(start, end, colour(`phase-${phaseIndex.get(name)}`), "below")),
      ...plot.curves.filter((curve) => curve.baseline !== null).map((curve) => level(curve.baseline, "dot")),
      ...plot.limits.map((limit) => level(limit.at, "dash")),
    ];
  }

  function labels(plot, width) {
    const room = Math.max(1, Math.ceil((data.timeline.reps.length * 26) / width));
    const numbers = data.timeline.reps.filter((_, i) => i % room === 0).map(([index, counted, start, end]) => ({
      x: (start + end) / 2, y: 1, xref: "x", yref: "paper", yanchor: "bottom", text: counted ? `<b>${index}</b>` : `(${index})`, showarrow: false,
    }));
    const limits = plot.limits.map((limit) => ({
      x: 1, y: limit.at, xref: "paper", yref: "y", xanchor: "right", yanchor: "bottom", text: plain(limit.label), showarrow: false, font: { size: 11, color: colour("quiet") },
    }));
    return [...numbers, ...limits];
  }

  function span(plot) { // said and not left to the plot library, so that no redraw ever shows another scale
    const shown = plot.curves.flatMap((curve) => [...curve.band, curve.baseline]);
    const all = [...shown, ...plot.limits.map((limit) => limit.at), ...plot.faults.map((fault) => fault.value)].filter((y) => y !== null);
    const low = Math.min(...all);
    const high = Math.max(...all);
    const room = 0.06 * (high - low || 1);
    return [low - room, high + room];
  }

  function layout(plot, width) {
    const grid = colour("line");
    const axis = { gridcolor: grid, zeroline: false, linecolor: grid, tickcolor: grid };
    return {
      font: { family: "system-ui, sans-serif", size: 12, color: colour("ink") },
      margin: { l: 46, r: 10, t: 22, b: 36 }, showlegend: false, hovermode: "x", paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      dragmode: false,
      hoverlabel: { bgcolor: colour("card"), font: { color: colour("ink") }, bordercolor: colour("line") },
      xaxis: { ...axis, range: [0, data.timeline.end_s], ticksuffix: " s", nticks: width < 500 ? 5 : 9 },
      yaxis: { ...axis, range: span(plot), fixedrange: true, nticks: 5, ticksuffix: plot.unit === "deg" ? "°" : "" },
      shapes: shapes(plot), annotations: labels(plot, width),
    };
  }

  function draw() {
    data.plots.forEach((plot, i) => {
      const width = canvases[i].clientWidth;
      Plotly.react(canvases[i], traces(plot), { ...layout(plot, width), width, height: canvases[i].clientHeight }, { displayModeBar: false });
    });
  }

  document.addEventListener("click", (event) => {
    const at = event.target.closest("[data-seek]");
    if (at) seek(Number(at.dataset.seek));
  });

  if (!data.plots.length) return;
  if (!window.Plotly) {
    document.getElementById("no-plots").hidden = false;
    document.querySelectorAll(".plot").forEach((figure) => figure.remove());
    return;
  }
  draw();
  canvases.forEach((canvas) => {
    // A click anywhere in a plot, not only on its curve. Plotly covers the page while a button is down, so the window hears it end.
    canvas.addEventListener("pointerdown", (down) => {
      window.addEventListener("pointerup", (up) => {
        if (Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY) > 6) return;
        const axis = canvas._fullLayout.xaxis;
        const at = axis.p2d(down.clientX - canvas.getBoundingClientRect().left - axis._offset);
        if (at >= axis.range[0] && at <= axis.range[1]) seek(Math.max(0, at));
      }, { capture: true, once: true });
    }, true);
    canvas.on("plotly_click", (event) => { // a fault's mark leads to its very moment
      const mark = event.points.find((point) => point.data.mode === "markers");
      if (mark) seek(mark.x);
    });
  });
  window.addEventListener("resize", draw);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  const details = [...document.querySelectorAll("details")];
  let opened = [];
  const forPaper = (on) => {
    printing = on;
    document.documentElement.classList.toggle("printing", on); // light colours and a size that fits the page
    if (on) opened = details.filter((part) => !part.open);
    opened.forEach((part) => { part.open = on; });
    draw();
  };
  window.addEventListener("beforeprint", () => forPaper(true));
  window.addEventListener("afterprint", () => forPaper(false));
  if (!video) return;

  function nearest(times, at) {
    let low = 0;
    let high = times.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (times[middle] <= at) low = middle; else high = middle;
    }
    return at - times[low] < times[high] - at ? low : high;
  }
  function follow() {
    const at = video.currentTime;
    data.plots.forEach((plot, i) => {
      Plotly.relayout(canvases[i], { "shapes[0].x0": at, "shapes[0].x1": at });
      const unit = units[plot.unit] ?? "";
      document.getElementById(`now-${i}`).textContent = plot.curves.map((curve) => {
        const k = nearest(curve.time_s, at);
        return curve.value[k] === null ? "–" : curve.value[k].toFixed(plot.unit === "deg" ? 0 : 2) + unit;
      }).join(" · ");
    });
  }
  video.addEventListener("timeupdate", follow);
  video.addEventListener("seeked", follow);
  document.getElementById("curves").addEventListener("keydown", (event) => {
    const jumps = { ArrowLeft: video.currentTime - step, ArrowRight: video.currentTime + step, Home: 0, End: data.timeline.end_s };
    if (!(event.key in jumps)) return;
    event.preventDefault();
    seek(Math.min(Math.max(jumps[event.key], 0), data.timeline.end_s));
  });
})();
