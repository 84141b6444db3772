// A finished report, in its own frame.

import { ask } from "../api.js";
import { h, notice } from "../dom.js";

export async function reportView(main, id) {
  const job = await ask(`/api/analyses/${id}`);
  if (!job.reports.length) {
    main.append(h("div", { class: "centre" }, notice(job.state === "done" ? "There is nothing to report" : "There is no report yet",
      job.state === "done" ? "No set came as far as the neutral pose, so nothing could be judged." : job.error || "It is being made.",
      h("a", { class: "action", href: "#/" }, "To the drills"))));
    return;
  }
  document.body.classList.add("with-report");
  const frame = h("iframe", { class: "report-frame", title: "Report", src: job.reports[0].address });
  const open = h("a", { class: "action small", href: job.reports[0].address, target: "_blank", rel: "noopener" }, "Open on its own");
  const choose = job.reports.length > 1
    ? h("select", { "aria-label": "Set", onchange: (event) => { frame.src = open.href = event.target.value; } },
      job.reports.map((report) => h("option", { value: report.address }, report.title)))
    : null;
  main.append(h("div", { class: "report-bar" }, h("h1", { class: "visually-hidden" }, "Report"),
    h("a", { class: "back", href: "#/" }, "← All drills"), choose, open), frame);
}
