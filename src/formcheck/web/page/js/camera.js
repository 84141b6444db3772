// This device's camera, and its pictures as files.

import { Problem } from "./api.js";

const QUALITY = 0.8;
const PHONE = matchMedia("(pointer: coarse)").matches;

const WHY = {
  NotAllowedError: ["The camera was refused", "Allow the camera for this page: in the browser's address bar, at the camera or lock sign. Then try again."],
  NotFoundError: ["There is no camera", "Connect one and try again, or use a phone as the camera, or hand in a video."],
  NotReadableError: ["The camera is busy", "Another program uses it. Close that one and try again."],
  OverconstrainedError: ["The camera cannot do that", "Try another camera."],
};

/** A camera that cannot be had; `title` and `message` say why and what to do. */
export class NoCamera extends Problem {
  constructor(title, message) {
    super(message);
    this.title = title;
  }
}

/** Open the camera and show it in `video`. Throws NoCamera. */
export async function openCamera(video, device = "") {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new NoCamera("This browser gives no camera here", "Open the page by the address that formcheck printed: with https:// from another device, with localhost on this one.");
  }
  const wanted = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
  if (device) wanted.deviceId = { ideal: device };
  else if (PHONE) wanted.facingMode = { ideal: "environment" };
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  } catch (error) {
    const [title, text] = WHY[error.name] ?? ["The camera does not start", `The browser says: ${error.message}`];
    throw new NoCamera(title, text);
  }
  await video.play().catch(() => {});
  return video.srcObject;
}

/** Return the cameras there are; their names are known once one was allowed. */
export async function listCameras() {
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return devices.filter((device) => device.kind === "videoinput");
}

/** Call `take(file, seconds)` with the newest picture, as often as `ready()` allows. Returns what stops it. */
export function pictures(video, ready, take) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  let stopped = false, busy = false;

  function frame(now, about) {
    if (stopped) return;
    next();
    if (busy || !ready() || !video.videoWidth) return;
    const seconds = (about?.captureTime ?? now) / 1000;
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    context.drawImage(video, 0, 0);
    busy = true;
    canvas.toBlob(async (blob) => {
      try {
        if (blob && !stopped) take(await blob.arrayBuffer(), seconds);
      } finally {
        busy = false;
      }
    }, "image/jpeg", QUALITY);
  }

  function next() {
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(frame);
    else requestAnimationFrame((now) => frame(now, null));
  }
  next();
  return () => { stopped = true; };
}
