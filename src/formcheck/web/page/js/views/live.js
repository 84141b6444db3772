// Training in front of the camera; and watching the camera of another device.

import { ask } from "../api.js";
import { Board } from "../board.js";
import { listCameras, NoCamera, openCamera, pictures } from "../camera.js";
import { h, notice, setText } from "../dom.js";
import { drawSkeleton } from "../draw.js";
import { Link } from "../link.js";
import { change, settings } from "../settings.js";
import { cue, hush, wakeSound } from "../sound.js";

const KEYS = { " ": "pause", n: "next", r: "again", p: "pain", e: "end", g: "go" };
const RESUME = "formcheck-live"; // a page that is loaded again goes on where it was

export async function liveView(main, id, parameters) {
  const watching = location.hash.startsWith("#/watch/");
  const phone = parameters.has("phone");
  const stops = [];
  const video = h("video", { playsinline: true, muted: true, "aria-hidden": "true" });
  video.muted = true;
  const picture = h("canvas", { "aria-hidden": "true" });
  const overlay = h("canvas", { class: "overlay", role: "img", "aria-label": "The camera's picture with the skeleton drawn over it" });
  const stage = h("div", { class: "stage" }, watching ? picture : video, overlay);
  stage.classList.toggle("mirrored", settings.mirror && !watching && !phone);
  const board = new Board();
  const over = h("div", { class: "over" });
  const speed = h("p", { class: "speed", hidden: true });
  const buttons = h("div", { class: "live-buttons" },
    button("It hurts", "pain", "p", "pain"), button("Pause", "pause", "space"), button("Again", "again", "r"), button("Next", "next", "n"), button("End", "end", "e"));
  const layout = h("div", { class: "live" }, h("h1", { class: "visually-hidden" }, watching ? "Watching" : "Training"), stage, h("div", { class: "side" }, board.element, buttons), over, speed);
  main.append(layout);
  document.body.classList.add("with-live");
  let link = null, edges = [], last = null, ended = false, times = [];
  layout.said = []; // what was said, for who reads and for tests

  function button(text, command, key, kind = "") {
    return h("button", { class: `live-button ${kind}`, type: "button", "aria-keyshortcuts": key, title: `Key: ${key}`, onclick: () => { wakeSound(); link?.press(command); } }, text);
  }

  function tell(...content) {
    over.replaceChildren(...content);
    over.hidden = !content.length;
  }
  tell(h("p", { role: "status" }, watching ? "Looking for the session …" : "Opening the camera …"));

  function keys(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || ["INPUT", "SELECT"].includes(event.target.tagName)) return;
    if (event.key === " " && event.target.tagName === "BUTTON") return;
    if (event.key === "l") speed.hidden = !speed.hidden;
    const command = KEYS[event.key.toLowerCase()];
    if (!command || !link) return;
    event.preventDefault();
    wakeSound();
    link.press(command);
  }
  addEventListener("keydown", keys);
  stops.push(() => removeEventListener("keydown", keys));

  function fit() {
    const source = watching ? picture : video;
    const width = source.videoWidth || source.width, height = source.videoHeight || source.height;
    if (!width || !height) return;
    stage.style.aspectRatio = `${width} / ${height}`;
    if (overlay.width !== width || overlay.height !== height) {
      overlay.width = width;
      overlay.height = height;
    }
  }

  function update(message) {
    last = message;
    fit();
    board.show(message.state);
    layout.dataset.stage = message.state.stage;
    drawSkeleton(overlay, message.points, edges, message.state.side);
    for (const event of message.events) {
      layout.said.push(event);
      if (event.event === "CueSaid" && !watching) {
        if (event.key === "pain") hush();
        cue(event);
      }
    }
    setText(buttons.children[1], message.state.paused ? "Go on" : "Pause");
    times = [...times.filter((t) => t > performance.now() - 2000), performance.now()];
    if (!speed.hidden) setText(speed, `${(times.length / 2).toFixed(0)} pictures a second, ${message.age_ms === null ? "–" : message.age_ms.toFixed(0)} ms each, ${message.passed_over} passed over`);
  }

  const on = {
    ready: (message) => {
      edges = message.edges;
      sessionStorage.setItem(RESUME, JSON.stringify({ hash: location.hash, session: message.session }));
      tell();
    },
    waiting: (message) => tell(h("div", { class: "waiting", role: "status" }, h("h2", {}, "Your turn comes"), h("p", {}, message.message), h("a", { class: "action", href: "#/" }, "Do not wait"))),
    update: (message) => { if (!over.hidden) tell(); update(message); },
    picture: async (data) => {
      const image = await createImageBitmap(new Blob([data.slice(0)])).catch(() => null);
      if (!image) return;
      picture.width = image.width;
      picture.height = image.height;
      picture.getContext("2d").drawImage(image, 0, 0);
      image.close();
      fit();
    },
    lost: () => {
      tell(notice("The connection is gone", "formcheck is being looked for. This goes on by itself when it answers.", h("a", { class: "action", href: "#/" }, "Leave")));
      ask("/api/about").catch((error) => {
        if (error.status !== 401) return;
        link.close(); // it was started again with another key: this page cannot come back
        tell(notice("formcheck was started again", `${error.message} What was recorded is safe; the start page offers its report.`));
      });
    },
    ended: (message) => {
      ended = true;
      sessionStorage.removeItem(RESUME);
      const pain = last?.state.pain;
      const next = message.analysis ? `#/progress/${message.analysis}` : "#/";
      if (!pain && message.analysis && !phone) {
        setTimeout(() => { location.hash = next; }, 2500);
      }
      tell(h("div", { class: "waiting", role: "status" },
        h("h2", {}, pain ? "Stop here for today" : "Well done"),
        h("p", {}, pain ? "Pain means stop. Rest, and do not train through it. If it stays or comes back, ask a doctor or physiotherapist." : message.message),
        h("a", { class: "action main", href: next }, message.analysis ? "To the report" : "To the drills")));
    },
    refused: (message) => {
      sessionStorage.removeItem(RESUME);
      const again = h("button", { class: "action", type: "button", onclick: () => location.reload() }, "Begin again");
      const session = link?.session ?? link?.hello.session;
      const report = h("button", { class: "action main", type: "button", onclick: async () => {
        await ask(`/api/live/${session}/report`, { method: "POST" });
        location.hash = `/progress/${session}`;
      } }, "Make its report");
      tell(message.why === "interrupted" ? notice("The session broke off", message.message, report, watching ? null : again) : notice("That does not work", message.message, watching ? null : again, h("a", { class: "action", href: "#/" }, "To the drills")));
    },
  };

  function hello() {
    if (watching) return { type: "watch", session: id };
    try {
      const kept = JSON.parse(sessionStorage.getItem(RESUME));
      if (kept?.hash === location.hash) return { type: "resume", session: kept.session };
    } catch { /* nothing was kept */ }
    const number = (name) => (parameters.has(name) ? Number(parameters.get(name)) : null);
    return { type: "begin", exercise: id, side: parameters.get("side") ?? "auto", sets: number("sets"), reps: number("reps"), language: parameters.get("language") ?? settings.language };
  }

  async function begin() {
    if (!watching) {
      try {
        const stream = await openCamera(video, settings.camera);
        stops.push(() => stream.getTracks().forEach((track) => track.stop()));
        const [track] = stream.getVideoTracks();
        track.addEventListener("ended", () => tell(notice("The camera has gone", "It was unplugged, or another program took it.", h("button", { class: "action main", onclick: begin }, "Try again"))));
      } catch (error) {
        if (!(error instanceof NoCamera)) throw error;
        tell(notice(error.title, error.message,
          h("button", { class: "action main", type: "button", onclick: begin }, "Try again"),
          h("a", { class: "action", href: `#/drill/${id}` }, "Back to the drill")));
        return;
      }
      await chooseCamera();
      await stayAwake();
    }
    if (!link) link = new Link(hello(), on);
    if (!watching) stops.push(pictures(video, () => link.wants && !ended, (file, seconds) => link.send(file, seconds)));
  }

  async function chooseCamera() {
    const cameras = await listCameras();
    if (cameras.length < 2) return;
    const used = video.srcObject.getVideoTracks()[0].getSettings().deviceId;
    const select = h("select", { class: "camera-choice", "aria-label": "Camera", onchange: () => { change({ camera: select.value }); location.reload(); } },
      cameras.map((camera, i) => h("option", { value: camera.deviceId, selected: camera.deviceId === used }, camera.label || `Camera ${i + 1}`)));
    stage.querySelector(".camera-choice")?.remove();
    stage.append(select);
  }

  async function stayAwake() {
    const hold = async () => {
      try {
        const lock = await navigator.wakeLock?.request("screen");
        stops.push(() => lock?.release());
      } catch { /* the browser may not */ }
    };
    const again = () => document.visibilityState === "visible" && hold();
    document.addEventListener("visibilitychange", again);
    stops.push(() => document.removeEventListener("visibilitychange", again));
    await hold();
  }

  const leave = ({ going = true } = {}) => {
    hush();
    if (!watching && !ended && going) link?.press("end"); // whoever goes elsewhere has done with it; a page that is loaded again goes on
    if (going) sessionStorage.removeItem(RESUME);
    link?.close();
    stops.forEach((stop) => stop());
  };
  begin().catch((error) => tell(notice("That did not work", error.message, h("a", { class: "action", href: "#/" }, "To the drills"))));
  return leave;
}
