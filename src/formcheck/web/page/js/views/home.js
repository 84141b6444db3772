// The list of drills, and what is going on.

import { ask } from "../api.js";
import { h } from "../dom.js";

const GROUPS = [
  ["lying", "Lying on a mat"],
  ["standing", "Standing"],
  ["assessment", "Measure and screen"],
];
const SHOWN = 3; // of those that broke off
export const VIEWS = {
  foot_end: "foot end", overhead: "overhead", head_end: "head end", front: "in front", back: "behind", side: "at the side", oblique: "at an angle",
};

export async function homeView(main) {
  const [drills, running, interrupted] = await Promise.all([ask("/api/drills"), ask("/api/live"), ask("/api/live/interrupted")]);
  main.append(
    h("h1", {}, "What do you want to train?"),
    h("p", { class: "lead" }, "Choose a drill. Train in front of the camera, or hand in a video of it."));
  const news = goingOn(running, interrupted);
  if (news) main.append(news);
  for (const [group, title] of GROUPS) {
    const members = drills.filter((drill) => drill.group === group);
    if (members.length) main.append(h("h2", {}, title), h("ul", { class: "cards" }, members.map((drill) => h("li", {}, card(drill)))));
  }
}

function card(drill) {
  return h("a", { class: "card", href: `#/drill/${drill.id}` },
    drill.picture ? h("img", { src: drill.picture, alt: "", loading: "lazy", width: 480, height: 360 }) : h("span", { class: "no-picture" }),
    h("div", {},
      h("h3", {}, drill.name),
      h("p", {}, drill.purpose),
      h("p", { class: "tag" }, `Camera: ${drill.views.map((view) => VIEWS[view]).join(" or ")}`)));
}

function goingOn(running, interrupted) {
  if (!running.length && !interrupted.length) return null;
  return h("div", { class: "notice" },
    running.map((session) => h("p", {}, `${session.name} is going on${session.has_camera ? "" : ", without a camera at the moment"}. `,
      h("a", { href: `#/watch/${session.id}` }, "Watch it"))),
    interrupted.slice(0, SHOWN).map((session) => {
      const line = h("p", {}, `${session.name} of ${new Date(session.began).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })} broke off. What was recorded is safe. `,
        h("a", { href: `#/progress/${session.id}`, onclick: (event) => { event.preventDefault(); make(session.id); } }, "Make its report"), " · ",
        h("a", { href: "#/", onclick: async (event) => { event.preventDefault(); await ask(`/api/live/${session.id}`, { method: "DELETE" }); line.remove(); } }, "Delete it"));
      return line;
    }));
}

async function make(id) {
  await ask(`/api/live/${id}/report`, { method: "POST" });
  location.hash = `/progress/${id}`;
}
