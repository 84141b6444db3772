// The settings, as a dialog.

import { h } from "./dom.js";
import { server } from "./api.js";
import { change, settings } from "./settings.js";
import { say } from "./sound.js";

const LANGUAGES = { en: "English", de: "Deutsch" };

export async function openSettings() {
  const about = await server().catch(() => ({ languages: ["en"], version: "" }));
  const language = h("select", { id: "language", onchange: () => change({ language: language.value }) },
    about.languages.map((code) => h("option", { value: code, selected: code === settings.language }, LANGUAGES[code] ?? code)));
  const box = (key, text) => {
    const input = h("input", { type: "checkbox", checked: settings[key], onchange: () => change({ [key]: input.checked }) });
    return h("label", { class: "switch" }, input, text);
  };
  const dialog = h("dialog", { "aria-labelledby": "settings-title" },
    h("h2", { id: "settings-title" }, "Settings"),
    h("div", { class: "field" }, h("label", { for: "language" }, "The coach speaks"), language),
    box("voice", "Speak cues aloud"),
    box("tones", "Short tones for repetitions and faults"),
    box("mirror", "Show the camera's picture as in a mirror"),
    h("div", { class: "actions" },
      h("button", { class: "action", type: "button", onclick: () => say(settings.language === "de" ? "So klinge ich." : "This is how I sound.", { force: true }) }, "Hear the voice"),
      h("button", { class: "action main", type: "button", onclick: () => dialog.close() }, "Done")),
    h("p", { class: "quiet" }, about.version ? `formcheck ${about.version}` : ""));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
