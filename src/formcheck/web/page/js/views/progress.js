// An analysis, or a session's report in the making.

import { ask } from "../api.js";
import { announce, h, notice } from "../dom.js";

const STAGES = { poses: "Finding the person in every picture", pictures: "Drawing the report", "": "Starting" };
const EVERY_MS = 500;

export async function progressView(main, id) {
  let timer = null, over = false;
  const bar = h("progress", { "aria-label": "Progress" });
  const stage = h("p", { role: "status" });
  const count = h("p", { class: "steps-done" });
  const name = h("h1", {}, "One moment …");
  const cancel = h("button", { class: "action", type: "button", onclick: () => ask(`/api/analyses/${id}`, { method: "DELETE" }).catch(() => {}).then(look) }, "Cancel");
  const box = h("div", { class: "centre" }, name, stage, bar, count, h("div", { class: "actions" }, cancel));
  main.append(box);

  async function look() {
    clearTimeout(timer);
    let job;
    try {
      job = await ask(`/api/analyses/${id}`);
    } catch (error) {
      if (error.status === 0 && !over) { // the server is being started again
        stage.textContent = error.message;
        timer = setTimeout(look, 4 * EVERY_MS);
        return;
      }
      box.replaceChildren(notice("There is nothing to show", error.message, h("a", { class: "action", href: "#/" }, "To the drills")));
      return;
    }
    if (over) return;
    name.textContent = job.kind === "session" ? "Your report is being made" : job.name || "Your video";
    cancel.hidden = job.kind === "session";
    if (job.state === "done") {
      announce("The report is ready.");
      location.replace(`#/report/${id}`);
      return;
    }
    if (job.state === "failed" || job.state === "cancelled") {
      const back = h("a", { class: "action main", href: job.exercise ? `#/drill/${job.exercise}` : "#/" }, "Back to the drill");
      box.replaceChildren(job.state === "failed" ? notice("That did not work", job.error, back) : h("div", {}, h("h1", {}, "Cancelled"), h("p", {}, "The video was deleted."), back));
      return;
    }
    stage.textContent = job.state === "queued" ? `Waiting: ${job.ahead} before it` : STAGES[job.stage] ?? job.stage;
    if (job.total) {
      bar.max = job.total;
      bar.value = job.done;
      count.textContent = `${job.done} of ${job.total} pictures`;
    } else {
      bar.removeAttribute("value");
      count.textContent = job.done ? `${job.done} pictures` : "";
    }
    timer = setTimeout(look, EVERY_MS);
  }
  await look();
  return () => { over = true; clearTimeout(timer); };
}
