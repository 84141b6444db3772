// One drill: how it is set up and done, and the three ways to begin.

import { ask, server, upload } from "../api.js";
import { announce, h, notice } from "../dom.js";
import { settings } from "../settings.js";
import { wakeSound } from "../sound.js";
import { VIEWS } from "./home.js";

const SIDES = { left: "Left", right: "Right", both: "Both", auto: "One after the other" };

export async function drillView(main, id, parameters) {
  const [drill, about] = await Promise.all([ask(`/api/drills/${id}`), server()]);
  const choice = { side: parameters.get("side") ?? (drill.sides.length > 1 ? "right" : drill.sides[0]), sets: drill.dose.sets, reps: drill.dose.reps };
  let leave = () => {};
  const under = h("div");
  const go = (route) => { location.hash = `/${route}/${drill.id}?${new URLSearchParams(choice)}`; };
  main.append(
    h("a", { class: "back", href: "#/" }, "← All drills"),
    h("h1", {}, drill.name),
    h("p", { class: "lead" }, drill.purpose),
    h("div", { class: "drill" },
      h("div", {},
        pictures(drill),
        h("h2", {}, "Where the camera stands"), h("p", {}, drill.camera),
        h("h2", {}, "Set up"), h("ol", {}, drill.setup.map((text) => h("li", {}, text))),
        h("h2", {}, "Do"), h("ol", {}, drill.steps.map((text) => h("li", {}, text))),
        h("p", { class: "notice safety" }, drill.safety),
        drill.watched.length ? [h("h2", {}, "Watched for"), h("p", {}, `${drill.watched.join(" · ")}.`)] : null,
        h("h2", {}, "What one camera cannot see"), h("ul", {}, drill.cannot_see.map((text) => h("li", { class: "quiet" }, text)))),
      h("div", { class: "start" },
        h("h2", {}, "Begin"),
        drill.sides.length > 1 ? sides(drill, choice) : null,
        h("div", { class: "pair" }, number("Sets", "sets", choice, 20), number("Repetitions", "reps", choice, 100)),
        drill.dose.hold_s ? h("p", { class: "quiet" }, `Each is held for ${drill.dose.hold_s} s.`) : null,
        h("div", { class: "actions" },
          h("button", { class: "action main", type: "button", id: "start-camera", onclick: () => { wakeSound(); go("train"); } }, "Train with this camera"),
          h("button", { class: "action", type: "button", id: "start-phone", onclick: () => { wakeSound(); leave(); leave = phone(under, drill, choice, about); } }, "Use a phone as the camera")),
        under,
        h("h2", {}, "Or hand in a video"),
        drop(drill, choice, about))));
  return () => leave();
}

function pictures(drill) {
  const lying = !["standing", "seated"].includes(drill.position);
  const view = drill.views[0];
  const place = view === "side" && lying ? "place-side-lying" : `place-${view}`;
  const others = drill.views.slice(1).map((name) => VIEWS[name]);
  return h("div", { class: "pictures" },
    drill.picture ? h("figure", {}, h("img", { src: drill.picture, alt: `A drawn person doing ${drill.name}`, width: 480, height: 360 }), h("figcaption", {}, "As the camera should see it")) : null,
    h("figure", {}, h("img", { src: `/static/pictures/${place}.svg`, alt: `Drawing: the camera stands ${VIEWS[view]}`, width: 400, height: 300 }),
      h("figcaption", {}, `Camera: ${VIEWS[view]}${others.length ? `; also ${others.join(", ")}` : ""}`)));
}

function sides(drill, choice) {
  const offered = [...drill.sides, ...(drill.sides.includes("both") ? [] : ["auto"])];
  return h("fieldset", {}, h("legend", {}, "Working side"),
    h("div", { class: "choices" }, offered.map((side) => h("label", {},
      h("input", { type: "radio", name: "side", value: side, checked: choice.side === side, onchange: () => { choice.side = side; } }),
      h("span", {}, SIDES[side])))));
}

function number(text, key, choice, most) {
  const input = h("input", { type: "number", id: key, min: 1, max: most, value: choice[key], inputmode: "numeric",
    onchange: () => { choice[key] = Math.min(most, Math.max(1, Math.round(Number(input.value)) || 1)); input.value = choice[key]; } });
  return h("div", { class: "field" }, h("label", { for: key }, text), input);
}

function drop(drill, choice, about) {
  const say = h("div", { "aria-live": "polite" });
  const save = h("input", { type: "checkbox", checked: true });
  const input = h("input", { type: "file", id: "video", accept: ["video/*", ...about.video_types].join(","), onchange: () => input.files[0] && send(input.files[0]) });
  const zone = h("div", { class: "drop" },
    h("p", {}, "Drop a video here"),
    input, h("label", { class: "action", for: "video" }, "Choose a file"),
    h("label", { class: "switch" }, save, "Keep the result in my history"),
    h("p", { class: "quiet" }, about.keeps_uploads ? "It stays on this computer." : "It stays on this computer and is deleted after the analysis."),
    say);
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer.files[0]) send(event.dataTransfer.files[0]);
  });

  async function send(file) {
    if (file.size > about.max_upload_bytes) {
      say.replaceChildren(notice("That video is too large", `It has ${Math.ceil(file.size / 1e6)} MB; up to ${Math.floor(about.max_upload_bytes / 1e6)} MB are taken. Cut it, or start formcheck with --max-upload-mb.`));
      return;
    }
    const bar = h("progress", { max: 1, value: 0, "aria-label": "Upload" });
    const { done, cancel } = upload(file, { exercise: drill.id, side: choice.side, name: file.name, save: save.checked }, (share) => { bar.value = share; });
    say.replaceChildren(h("p", {}, `Taking ${file.name} …`), bar, h("button", { class: "action small", type: "button", onclick: cancel }, "Cancel"));
    try {
      const job = await done;
      announce("The video is there. The analysis begins.");
      location.hash = `/progress/${job.id}`;
    } catch (error) {
      say.replaceChildren(notice("The video was not taken", error.message));
      input.value = "";
    }
  }
  return zone;
}

/** Show the code for a phone, and go on to the coach's view when the phone films. Returns what ends the waiting. */
function phone(under, drill, choice, about) {
  if (!about.lan) {
    under.replaceChildren(notice("For this the phone must be let in",
      "Stop formcheck and start it with: formcheck serve --lan. Phone and computer must be in the same network; the page then shows a code to scan here."));
    return () => {};
  }
  const to = `/train/${drill.id}?${new URLSearchParams({ ...choice, phone: 1, language: settings.language })}`;
  under.replaceChildren(h("div", { class: "phone" },
    h("img", { src: `/api/phone.svg?${new URLSearchParams({ to })}`, alt: "Code to scan with the phone's camera", width: 240, height: 240 }),
    h("p", {}, "Scan this with the phone and confirm its warning about the certificate once. The coach's view opens here as soon as the phone films."),
    h("p", { class: "quiet", role: "status" }, "Waiting for the phone …")));
  const began = new Set();
  let first = true;
  const timer = setInterval(async () => {
    const running = await ask("/api/live").catch(() => []);
    for (const session of running) {
      if (!first && session.exercise === drill.id && session.has_camera && !began.has(session.id)) location.hash = `/watch/${session.id}`;
      began.add(session.id);
    }
    first = false;
  }, 1000);
  return () => clearInterval(timer);
}

