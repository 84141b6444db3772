// The skeleton over the picture.

const SEEN = 0.5; // below this a landmark is more likely hidden than not, and is not drawn
const WORKING = "#56b4e9", RESTING = "#ebebeb", HALO = "#101010";
const LEGS = { left: [23, 25, 27, 29, 31], right: [24, 26, 28, 30, 32] };

/** Draw the landmarks on a canvas that lies over the picture. */
export function drawSkeleton(canvas, points, edges, side) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (!points) return;
  const at = points.map(({ x, y, seen }) => (seen >= SEEN && x >= 0 && x <= 1 && y >= 0 && y <= 1 ? [x * canvas.width, y * canvas.height] : null));
  const working = new Set(["left", "right"].filter((name) => side === name || side === "both").flatMap((name) => LEGS[name]));
  const thick = Math.max(2, Math.min(canvas.width, canvas.height) / 150);
  context.lineCap = context.lineJoin = "round";
  for (const strong of [false, true]) {
    const own = edges.filter(([a, b]) => at[a] && at[b] && (working.has(a) && working.has(b)) === strong);
    for (const [colour, width] of [[HALO, thick * (strong ? 2.6 : 1.9)], [strong ? WORKING : RESTING, thick * (strong ? 1.6 : 1)]]) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      for (const [a, b] of own) {
        context.moveTo(...at[a]);
        context.lineTo(...at[b]);
      }
      context.stroke();
    }
  }
  for (const joint of working) {
    if (!at[joint]) continue;
    context.fillStyle = HALO;
    context.beginPath();
    context.arc(...at[joint], thick * 1.7, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = WORKING;
    context.beginPath();
    context.arc(...at[joint], thick * 1.2, 0, 2 * Math.PI);
    context.fill();
  }
}
