// The writer's panel: what the preview knows of the page before them. Alt+P opens and closes it.
import { own } from "./files.js";
import { took } from "./patch.js";
import { closeButton, counted, kept, make, place } from "./dom.js";

const panelPlace = place("panel");
let isOpen = (kept.get("panel") ?? ("panel" in own.dataset ? "open" : "closed")) === "open";

addEventListener("keydown", (event) => {
  if (event.code !== "KeyP" || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  setOpen(!isOpen);
});

function setOpen(open) {
  isOpen = open;
  kept.set("panel", open ? "open" : "closed");
  if (open) renew();
  else panelPlace.replaceChildren();
}

/** Fills the panel anew, if it is open. */
export async function renew() {
  if (!isOpen) return;
  const address = new URL("panel", own.src);
  address.search = new URLSearchParams({ page: location.pathname });
  const answer = await fetch(address).catch(() => null);
  const told = answer?.ok ? await answer.json() : null;
  if (!isOpen) return;
  const scrolled = panelPlace.querySelector(".inside")?.scrollTop ?? 0;
  panelPlace.replaceChildren(drawn(told));
  panelPlace.querySelector(".inside").scrollTop = scrolled;
}

function drawn(told) {
  const title = make("h2", {}, "This page");
  const header = make("header", {}, title, closeButton("Close the panel (Alt+P)", () => setOpen(false)));
  const inside = make("div", { className: "inside", tabIndex: 0 }, ...(told ? parts(told) : [make("p", {}, "Nothing is known of it.")]));
  return make("aside", { ariaLabel: "The writer's panel" }, header, inside);
}

function parts(told) {
  const source = told.source && make("p", { className: "where" }, told.edit ? make("a", { href: told.edit, title: "Open in the editor" }, told.source) : told.source);
  return [
    source || null,
    told.about ? make("p", {}, told.about) : null,
    told.title === null ? null : make("p", {}, `${counted(told.words, "word")}, about ${counted(Math.max(1, Math.round(told.words / 220)), "minute")} to read`),
    ...part("Articles here, and why", told.articles.map(link), told.about ? "No article has this topic." : null),
    ...part("Topics", told.sections.map(section), told.title === null || told.about ? null : "The site declares no topics."),
    ...part("Links here", told.links_here.map(link), told.title === null || told.about ? null : "No page links here."),
    ...part("Related reading", told.related.map(link), told.title === null || told.about ? null : "Nothing is related to it."),
    ...part("Why it was made", remade(told)),
    ...part("Time of the last build", laps(told)),
  ].filter(Boolean);
}

function part(title, items, otherwise) {
  if (items.length === 0 && !otherwise) return [];
  return [make("h3", {}, title), items.length > 0 ? make("ul", {}, ...items) : make("p", { className: "none" }, otherwise)];
}

function section({ heading, words, topics, none }) {
  const found = topics.map(([topic, why]) => make("li", {}, make("b", {}, topic), make("small", {}, why.replace("  ", " \u00b7 "))));
  const title = make("span", {}, heading ?? "(the beginning)", make("small", { className: "count" }, counted(words, "word")));
  return make("li", {}, title, found.length > 0 ? make("ul", {}, ...found) : make("small", {}, `no topic: ${none}`));
}

const link = ({ title, address, why }) => make("li", {}, make("a", { href: address }, title), why.length > 0 ? make("small", {}, why.join("; ")) : null);

function remade({ remade, saved }) {
  // The output path in front is this page's.
  const [first, ...parts] = remade.replace(/^\S+: /, "").split("\n");
  const more = saved.length > 0 ? [make("li", {}, `saved: ${saved.join(", ")}`)] : [];
  return [make("li", {}, first, parts.length > 0 ? make("ul", {}, ...parts.map((part) => make("li", {}, part.trim()))) : null), ...more];
}

function laps({ laps }) {
  const time = (ms) => (ms < 10 ? ms.toFixed(1) : Math.round(ms).toString());
  const row = ([stage, ms]) => make("li", { className: "lap" }, make("span", {}, stage), make("span", {}, `${time(ms)} ms`));
  const whole = laps.reduce((sum, [, ms]) => sum + ms, 0);
  const seen = took.news === null ? [] : [["browser, from the news to the frame", took.news]];
  return laps.length > 0 ? [...laps, ["in all", whole], ...seen].map(row) : [];
}

renew();
