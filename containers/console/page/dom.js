// Makes elements without ever parsing HTML: what people upload cannot become markup here.

/** @param {Record<string, unknown>} properties attributes; `on…` are listeners; undefined, false and null are left out */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

/** Says something to screen readers without moving the reader. */
export function announce(text) {
  byId("announce").textContent = text;
}
