// Where the preview's own signs stand: beside the page, and untouched by its styles.
import { STYLES } from "./look.js";

const host = document.createElement("docweave-preview");
host.lang = "en";
host.dir = "ltr";
const shadow = host.attachShadow({ mode: "open" });
const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLES);
shadow.adoptedStyleSheets = [sheet];
document.documentElement.append(host);

/** A place of its own among the preview's signs. */
export function place(name) {
  const made = make("div", { className: name });
  shadow.append(made);
  return made;
}

export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Text in which `code` stands between backticks. */
export const words = (text) => text.split("`").map((part, at) => (at % 2 ? make("code", {}, part) : part));

/** `1 error`, `2 errors`. */
export const counted = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

export const closeButton = (label, onclick) => make("button", { type: "button", className: "close", ariaLabel: label, title: label, onclick }, "\u00d7");

/** Remembers for this tab; storage may be forbidden. */
export const kept = {
  get(key) {
    try {
      return sessionStorage.getItem(`docweave:${key}`);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      sessionStorage.setItem(`docweave:${key}`, value);
    } catch {}
  },
};
