// Errors over the page, until they are mended; warnings about the page in a small sign that can be closed.
import { closeButton, counted, kept, make, place, words } from "./dom.js";

const errorsPlace = place("errors");
const badgePlace = place("badge");
let errors = [];
let warnings = [];
let shown = "";
// What was put away stays so until something else is wrong.
let isAway = false;
let isListOpen = false;

const name = (reports) => JSON.stringify(reports.map(({ path, code, message }) => [path, code, message]));

/** Shows what is wrong, and takes away what no longer is. */
export function show(news) {
  const now = JSON.stringify([news.errors, news.warnings]);
  if (now === shown) return;
  shown = now;
  if (name(news.errors) !== name(errors)) isAway = false;
  if (name(news.warnings) !== name(warnings)) isListOpen = false;
  ({ errors, warnings } = news);
  draw();
}

function draw() {
  errorsPlace.replaceChildren(...(errors.length > 0 && !isAway ? [sheet()] : []));
  badgePlace.replaceChildren(...badge());
}

function putAway(away) {
  isAway = away;
  draw();
  (away ? badgePlace : errorsPlace).querySelector("button")?.focus({ preventScroll: true });
}

function sheet() {
  const hasPage = document.querySelector("main, article") !== null;
  const about = hasPage ? "The last good build is still shown." : "There has been no good build yet.";
  const alert = make("p", { role: "alert" }, make("strong", {}, counted(errors.length, "error")), make("span", {}, about));
  const header = make("header", {}, alert, closeButton("Put the errors away", () => putAway(true)));
  const list = make("ol", { tabIndex: 0, ariaLabel: "Errors" }, ...errors.map(report));
  return make("section", { ariaLabel: "What is wrong with the site" }, header, list);
}

function badge() {
  if (errors.length > 0) {
    const open = () => putAway(false);
    return isAway ? [make("button", { type: "button", className: "pill error", onclick: open }, counted(errors.length, "error"))] : [];
  }
  if (warnings.length === 0 || kept.get("closed") === name(warnings)) return [];
  const toggle = () => {
    isListOpen = !isListOpen;
    draw();
    badgePlace.querySelector(".pill").focus({ preventScroll: true });
  };
  const close = () => {
    kept.set("closed", name(warnings));
    draw();
  };
  const pill = make("button", { type: "button", className: "pill", ariaExpanded: isListOpen, onclick: toggle }, counted(warnings.length, "warning"));
  const list = make("ol", { tabIndex: 0, ariaLabel: "Warnings about this page" }, ...warnings.map(report));
  return [...(isListOpen ? [list] : []), make("div", { className: "row" }, pill, closeButton("Close the warnings", close))];
}

function report({ level, code, message, path, line, column, excerpt, notes, help, edit }) {
  const title = make("p", { className: "message" }, make("b", { className: level }, level), " ", ...words(message));
  const at = path && `${path}:${line}:${column}`;
  const way = edit ? make("a", { href: edit, title: "Open in the editor" }, at) : make("span", {}, at);
  const where = path && make("p", { className: "where" }, way, code && make("span", { className: "code" }, code));
  const source =
    excerpt &&
    make("pre", { tabIndex: 0, ariaLabel: `Line ${line}` }, make("span", { className: "line", ariaHidden: true }, `${line} `), excerpt.before, make("mark", {}, excerpt.marked || " "), excerpt.after);
  const more = (label, text) => make("p", { className: "more" }, make("b", {}, label), " ", ...words(text));
  return make("li", {}, title, where || null, source || null, ...notes.map((note) => more("note", note)), help ? more("help", help) : null);
}

addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  if (errors.length > 0 && !isAway) putAway(true);
  else if (isListOpen) {
    isListOpen = false;
    draw();
  }
});
