// Small helpers for making elements; nothing is ever put into the page as HTML text.

/** Make an element: h("p", {class: "quiet"}, "text", child). Properties that begin with "on" are listeners. */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else if (value === true) element.setAttribute(key, "");
    else element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for a part of a drawing. */
export function s(name, properties = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(properties)) element.setAttribute(key, value);
  element.append(...children.flat());
  return element;
}

/** Say something to those who do not see the page. */
export function announce(text) {
  const announcer = document.getElementById("announcer");
  if (announcer.textContent !== text) announcer.textContent = text;
}

/** Show a message with what can be done about it. */
export function notice(title, text, ...actions) {
  return h("div", { class: "notice problem", role: "alert" }, h("h3", {}, title), h("p", {}, text),
    actions.length ? h("div", { class: "actions" }, actions) : null);
}

/** Set the text of an element only when it changes, so that screen readers are not told it again. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
