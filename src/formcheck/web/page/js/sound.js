// What is heard: the browser's own voice and short tones. One thing at a time; the server decides what and when.

import { settings } from "./settings.js";

const TONES = { // hertz and seconds, one after the other
  rep: [[880, 0.12]],
  attempt: [[330, 0.18]],
  hold: [[660, 0.1], [990, 0.12]],
  fault: [[300, 0.1], [240, 0.14]],
  tick: [[600, 0.07]],
  go: [[990, 0.2]],
  end: [[660, 0.1], [880, 0.1], [1100, 0.16]],
};
const LOUD = 0.25;

let context = null;

/** Allow sound: browsers want a click or a key first. Called from one. */
export function wakeSound() {
  try {
    context ??= new AudioContext();
    context.resume();
  } catch { /* no sound device */ }
  if ("speechSynthesis" in window) speechSynthesis.getVoices();
}

/** Sound a tone; returns how long it takes, seconds. */
export function tone(name) {
  if (!settings.tones || !context || context.state !== "running" || !TONES[name]) return 0;
  let at = context.currentTime;
  for (const [hertz, seconds] of TONES[name]) {
    const sound = context.createOscillator(), volume = context.createGain();
    sound.frequency.value = hertz;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(LOUD, at + 0.01);
    volume.gain.setValueAtTime(LOUD, at + seconds - 0.03);
    volume.gain.linearRampToValueAtTime(0, at + seconds);
    sound.connect(volume).connect(context.destination);
    sound.start(at);
    sound.stop(at + seconds);
    at += seconds;
  }
  return at - context.currentTime;
}

/** Speak a sentence in the coach's language; what is being said is broken off for it. */
export function say(text, { force = false } = {}) {
  if (!text || (!settings.voice && !force) || !("speechSynthesis" in window)) return;
  const sentence = new SpeechSynthesisUtterance(text);
  sentence.lang = settings.language;
  sentence.voice = speechSynthesis.getVoices().find((v) => v.localService && v.lang.startsWith(settings.language)) ?? null;
  speechSynthesis.cancel();
  if (speechSynthesis.getVoices().length && !sentence.voice) return; // only voices of other languages, or that speak over the network
  speechSynthesis.speak(sentence);
}

/** Sound a cue: its tone, then its sentence. */
export function cue({ text, tone: name }) {
  const wait = name ? tone(name) : 0;
  if (text) setTimeout(() => say(text), wait * 1000);
}

/** Be silent at once. */
export function hush() {
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}
