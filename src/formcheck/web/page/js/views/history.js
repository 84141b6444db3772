// Past sessions.

import { ask } from "../api.js";
import { announce, h } from "../dom.js";
import { trend } from "../trend.js";

export async function historyView(main) {
  const sessions = await ask("/api/history");
  main.append(h("h1", {}, "History"));
  if (!sessions.length) {
    main.append(h("p", { class: "lead" }, "Nothing yet. What you train, and the videos you hand in, are listed here."), h("a", { class: "action main", href: "#/" }, "Choose a drill"));
    return;
  }
  const drills = new Map(sessions.map((session) => [session.exercise, session.exercise_name]));
  const body = h("div");
  const select = h("select", { id: "filter", onchange: fill }, h("option", { value: "" }, "All drills"), [...drills].map(([id, name]) => h("option", { value: id }, name)));
  main.append(h("div", { class: "field" }, h("label", { for: "filter" }, "Show"), select), body);

  function fill() {
    const shown = sessions.filter((session) => !select.value || session.exercise === select.value);
    const ids = new Set(shown.map((session) => session.exercise));
    body.replaceChildren(
      ...(ids.size === 1 ? [said([...ids][0]), ...trend(shown)] : []),
      h("div", { class: "table" }, h("table", { class: "history" },
        h("thead", {}, h("tr", {}, ["When", "Drill", "Repetitions", "Results", ""].map((text) => h("th", { scope: "col" }, text)))),
        h("tbody", {}, shown.map(row)))));
  }

  function said(exercise) {
    const list = h("ul", { class: "said" });
    ask(`/api/history/trend?${new URLSearchParams({ exercise })}`).then(({ sentences }) => list.append(...sentences.map((text) => h("li", {}, text)))).catch(() => list.remove());
    return list;
  }

  function row(session) {
    const line = h("tr", {},
      h("td", {}, new Date(session.at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })),
      h("td", {}, h("strong", {}, session.exercise_name), session.side !== "both" ? `, ${session.side}` : "", h("span", { class: "quiet" }, session.mode === "live" ? " · live" : " · video")),
      h("td", { class: "number" }, `${session.counted} counted`, session.attempts ? h("span", { class: "quiet" }, `, ${session.attempts} not`) : ""),
      h("td", {}, session.results.map((result) => h("div", {}, `${result.label}${result.side !== "both" ? `, ${result.side}` : ""}: `, h("span", { class: "number" }, written(result.measured))))),
      h("td", { class: "row-actions" },
        session.report ? h("a", { class: "action small", href: `#/report/${session.report.split("/")[2]}` }, "Report") : null,
        h("button", { class: "action small danger", type: "button", onclick: () => remove(session, line) }, "Delete")));
    return line;
  }

  function remove(session, line) {
    const dialog = h("dialog", { "aria-labelledby": "really" },
      h("h2", { id: "really" }, "Delete this session?"),
      h("p", {}, `${session.exercise_name}, ${new Date(session.at).toLocaleString()}. It and its report are deleted for good.`),
      h("div", { class: "actions" },
        h("button", { class: "action", type: "button", onclick: () => dialog.close() }, "Keep it"),
        h("button", { class: "action danger", type: "button", onclick: async () => {
          dialog.close();
          await ask(`/api/history/${session.id}`, { method: "DELETE" });
          sessions.splice(sessions.indexOf(session), 1);
          line.remove();
          announce("Deleted.");
        } }, "Delete")));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }
  fill();
}

const UNITS = { deg: "°", "deg/s": "°/s", percent: "%", s: " s", shank: " shin lengths", hip_width: " hip widths", ratio: "" };

export function written({ value, sigma, unit, reason }) {
  if (value === null) return `– (${(reason || "not known").replaceAll("_", " ")})`;
  const digits = { deg: 0, "deg/s": 0, percent: 0, s: 1 }[unit] ?? 2;
  const number = value.toFixed(digits).replace(/^-(0(\.0+)?)$/, "$1");
  return `${number}${sigma === null ? "" : ` ± ${sigma.toFixed(digits)}`}${UNITS[unit] ?? ` ${unit}`}`;
}
