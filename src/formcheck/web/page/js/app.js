// The page: which view is shown for which address.

import { ask } from "./api.js";
import { announce, h, notice } from "./dom.js";
import { drillView } from "./views/drill.js";
import { historyView } from "./views/history.js";
import { homeView } from "./views/home.js";
import { liveView } from "./views/live.js";
import { progressView } from "./views/progress.js";
import { reportView } from "./views/report.js";
import { openSettings } from "./settingsview.js";

if (new URLSearchParams(location.search).has("token")) { // the cookie has it now: it need not be seen, nor kept in the browser's history
  history.replaceState(null, "", location.pathname + location.hash);
}

const ROUTES = [
  [/^\/$/, homeView, "Drills", "drills"],
  [/^\/drill\/([a-z0-9-]+)$/, drillView, "Drill", "drills"],
  [/^\/train\/([a-z0-9-]+)$/, liveView, "Training", "drills"],
  [/^\/watch\/([a-z0-9]+)$/, liveView, "Watching", "drills"],
  [/^\/progress\/([a-z0-9]+)$/, progressView, "Progress", "drills"],
  [/^\/report\/([a-z0-9]+)$/, reportView, "Report", "history"],
  [/^\/history$/, historyView, "History", "history"],
];

const main = document.getElementById("view");
let leave = null; // what the present view wants done when it is left
let shown = 0;

async function show() {
  const mine = ++shown;
  leave?.();
  leave = null;
  document.body.className = "";
  const [path, query] = (location.hash.slice(1) || "/").split("?");
  const [match, view, title, page] = ROUTES.map(([pattern, ...rest]) => [pattern.exec(path), ...rest]).find(([found]) => found) ?? [null];
  for (const link of document.querySelectorAll(".bar nav a")) {
    if (link.dataset.page === page) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  main.replaceChildren();
  if (!match) {
    main.append(h("h1", {}, "There is no such page"), h("p", {}, h("a", { href: "#/" }, "To the drills")));
    return;
  }
  const parameters = new URLSearchParams(query ?? "");
  try {
    const away = await view(main, match[1], parameters, { ask });
    if (mine === shown) leave = away ?? null;
    else away?.();
  } catch (error) {
    if (mine !== shown) return;
    console.error(error);
    main.replaceChildren(notice("That did not work", error.message, h("button", { class: "action", onclick: show }, "Try again"), h("a", { class: "action", href: "#/" }, "To the drills")));
  }
  if (mine !== shown) return;
  const name = main.querySelector("h1")?.textContent || title;
  document.title = `${name} – formcheck`;
  announce(name);
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
}

document.getElementById("open-settings").addEventListener("click", openSettings);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address is the view's
  main.focus();
});
addEventListener("hashchange", show);
addEventListener("pagehide", () => leave?.({ going: false }));
show();
