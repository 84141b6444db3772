// A drill's results over time, with their uncertainty: one drawing a result.

import { h, s } from "./dom.js";

const WIDTH = 720, HEIGHT = 220, LEFT = 46, RIGHT = 12, TOP = 14, BOTTOM = 30;

/** Return the drawings for sessions of one drill; none where there are fewer than two. */
export function trend(sessions) {
  const found = new Map();
  for (const session of [...sessions].reverse()) {
    for (const result of session.results) {
      if (result.measured.value === null) continue;
      const series = found.get(result.label) ?? { unit: result.measured.unit, points: [] };
      series.points.push({ at: new Date(session.at), side: result.side, value: result.measured.value, sigma: result.measured.sigma ?? 0 });
      found.set(result.label, series);
    }
  }
  return [...found].filter(([, series]) => series.points.length > 1).map(([label, series]) => drawing(label, series));
}

function drawing(label, { unit, points }) {
  const first = Math.min(...points.map((p) => p.at)), last = Math.max(...points.map((p) => p.at), first + 1);
  const low = Math.min(...points.map((p) => p.value - p.sigma)), high = Math.max(...points.map((p) => p.value + p.sigma), low + 1);
  const x = (at) => LEFT + 12 + ((at - first) / (last - first)) * (WIDTH - LEFT - RIGHT - 24);
  const y = (value) => TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const sides = [...new Set(points.map((p) => p.side))];
  const sign = unit === "deg" ? "°" : "";
  const lines = [low, (low + high) / 2, high].map((value) => [
    s("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
    s("text", { x: LEFT - 8, y: y(value) + 4, "text-anchor": "end" }, `${value.toFixed(high - low > 4 ? 0 : 1)}${sign}`)]);
  const dates = [[first, "start"], [last, "end"]].map(([at, anchor]) =>
    s("text", { x: anchor === "start" ? LEFT : WIDTH - RIGHT, y: HEIGHT - 8, "text-anchor": anchor }, new Date(at).toLocaleDateString([], { dateStyle: "medium" })));
  const series = sides.map((side) => {
    const own = points.filter((p) => p.side === side);
    return s("g", { class: side },
      own.map((p) => s("line", { class: "bar-line", x1: x(p.at), x2: x(p.at), y1: y(p.value - p.sigma), y2: y(p.value + p.sigma) })),
      s("polyline", { class: "line", points: own.map((p) => `${x(p.at)},${y(p.value)}`).join(" ") }),
      own.map((p) => s("circle", { class: "dot", cx: x(p.at), cy: y(p.value), r: 4.5 })));
  });
  const words = `${label}: ${points.map((p) => `${p.at.toLocaleDateString()} ${p.side} ${p.value.toFixed(0)}${sign}`).join("; ")}`;
  return h("section", { class: "trend" }, h("h3", {}, label),
    s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words }, lines, dates, series),
    h("p", { class: "legend quiet" }, sides.map((side) => h("span", { class: side }, h("i"), side === "both" ? "both legs" : side)),
      h("span", {}, "The bars are the uncertainty of one session: a difference within them is no change.")));
}
