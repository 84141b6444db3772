// What is written beside the picture while somebody trains: large, calm, one thing at a time.

import { announce, h, s, setText } from "./dom.js";
import { written } from "./views/history.js";
import { settings } from "./settings.js";

const RING = 2 * Math.PI * 44;
const STAGES = { no_person: "Nobody in the picture", positioning: "Getting into place", baseline: "Hold still", exercising: "", resting: "Rest", done: "Done" };
const SMALLEST = { deg: 20, shank: 0.5, hip_width: 0.5 }; // so much is always on the scale
const SIDES = { left: "left", right: "right", both: "" };

export class Board {
  constructor() {
    this.title = h("p", { class: "board-title" });
    this.count = h("span", { class: "count" });
    this.target = h("span", { class: "target" });
    this.counter = h("div", { class: "counter", role: "img" }, this.count, this.target);
    this.attempts = h("p", { class: "attempts" });
    this.instruction = h("p", { class: "instruction" });
    this.verdict = h("p", { class: "verdict" });
    this.checks = h("ul", { class: "checks", "aria-label": "Set-up checks" });
    this.ringDone = s("circle", { class: "ring-done", cx: 50, cy: 50, r: 44, "stroke-dasharray": RING });
    this.ringText = s("text", { x: 50, y: 53, "text-anchor": "middle", class: "ring-number" });
    this.ringLabel = h("span", { class: "ring-label" });
    this.ring = h("div", { class: "ring" }, s("svg", { viewBox: "0 0 100 100", "aria-hidden": "true" }, s("circle", { class: "ring-all", cx: 50, cy: 50, r: 44 }), this.ringDone, this.ringText), this.ringLabel);
    this.signalName = h("span");
    this.signalValue = h("strong");
    this.band = h("i", { class: "band" });
    this.spread = h("i", { class: "spread" });
    this.mark = h("i", { class: "mark" });
    this.signal = h("div", { class: "signal" }, h("p", {}, this.signalName, this.signalValue), h("div", { class: "scale" }, this.band, this.spread, this.mark));
    this.banner = h("p", { class: "banner", role: "alert" });
    this.element = h("section", { class: "board", "aria-label": "Coach" }, this.title, this.banner, this.counter, this.ring, this.instruction, this.verdict, this.attempts, this.checks, this.signal);
    this.element.hidden = true; // until there is something to show
  }

  show(state) {
    this.element.hidden = false;
    this.element.dataset.stage = state.stage;
    const side = SIDES[state.side];
    setText(this.title, `${state.exercise_name}${side ? ` · ${side}` : ""}${state.sets > 1 ? ` · set ${state.set_index} of ${state.sets}` : ""}`);
    setText(this.count, String(state.counted));
    setText(this.target, `/ ${state.target}`);
    this.counter.setAttribute("aria-label", `${state.counted} of ${state.target} repetitions`);
    this.counter.hidden = ["no_person", "positioning", "baseline"].includes(state.stage) && !state.paused && state.counted === 0;
    setText(this.attempts, state.attempts ? `${state.attempts} not counted` : "");
    setText(this.instruction, this.sentence(state));
    setText(this.verdict, state.stage === "exercising" ? state.last_rep_text : "");
    this.verdict.classList.toggle("counted", Boolean(state.last_rep?.counted));
    this.showChecks(state);
    this.showRing(state.breath ?? state.timer);
    this.showSignal(state);
    this.banner.hidden = !state.banner;
    if (state.banner) {
      this.banner.dataset.severity = state.banner.severity;
      setText(this.banner, state.banner.cue);
    }
    if (!settings.voice) announce(state.spoken || this.sentence(state));
  }

  sentence(state) {
    if (state.source_lost) return "The camera has gone. Looking for it …";
    return state.instruction || state.reason || STAGES[state.stage];
  }

  showChecks({ stage, checks }) {
    this.checks.hidden = !["no_person", "positioning"].includes(stage) || !checks.length;
    if (this.checks.hidden) return;
    while (this.checks.children.length < checks.length) this.checks.append(h("li"));
    while (this.checks.children.length > checks.length) this.checks.lastChild.remove();
    checks.forEach((check, i) => {
      const item = this.checks.children[i];
      item.dataset.ok = String(check.ok);
      setText(item, check.label);
      item.setAttribute("aria-label", `${check.label}: ${check.ok === null ? "not known yet" : check.ok ? "right" : check.advice}`);
    });
  }

  showRing(timer) {
    this.ring.hidden = !timer;
    if (!timer) return;
    this.ringDone.setAttribute("stroke-dashoffset", String(RING * (1 - Math.min(1, timer.done_s / timer.of_s))));
    setText(this.ringText, String(Math.max(0, Math.ceil(timer.of_s - timer.done_s))));
    setText(this.ringLabel, timer.label);
  }

  showSignal({ signal }) {
    this.signal.hidden = !signal;
    if (!signal) return;
    const { value, sigma } = signal.measured;
    setText(this.signalName, `${signal.label} `);
    setText(this.signalValue, written(signal.measured));
    const most = Math.max(signal.high ?? 0, (signal.low ?? 0) * 1.6, Math.abs(value ?? 0), SMALLEST[signal.measured.unit] ?? 1) * 1.1;
    const at = (x) => `${Math.min(100, Math.max(0, (100 * x) / most))}%`;
    this.band.hidden = signal.low === null;
    if (signal.low !== null) this.band.style.left = at(signal.low);
    this.mark.hidden = this.spread.hidden = value === null;
    if (value === null) return;
    this.mark.style.left = at(value);
    this.spread.style.left = at(value - (sigma ?? 0));
    this.spread.style.right = `calc(100% - ${at(value + (sigma ?? 0))})`;
  }
}
