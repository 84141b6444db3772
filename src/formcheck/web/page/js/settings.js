// What the person prefers, kept in this browser.

const KEY = "formcheck-settings";
const DEFAULTS = { language: "en", voice: true, tones: true, mirror: true, camera: "" };

export const settings = { ...DEFAULTS, ...read() };

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

export function change(values) {
  Object.assign(settings, values);
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch { /* a private window: they last as long as the page */ }
}
