// Takes what the server says of this page now into the page that is open.
import { OWN, own, loaded, refresh, sheets } from "./files.js";
import { liveOf, morph, pair } from "./morph.js";
import { reveal } from "./change.js";

let { version } = own.dataset;
/** The page as the server last said it; `null` where that is not known, so that nothing can be compared with it. */
let base = null;
let wanted = null;
let working = null;
let scrolled = -Infinity;
addEventListener("scroll", () => (scrolled = performance.now()), { passive: true });

/** How long the last patch took, from the news to the next frame, in milliseconds. */
export const took = { news: null };

async function read() {
  const answer = await fetch(location.pathname + location.search, { headers: { accept: "text/html" } });
  const isPage = answer.headers.get("content-type")?.startsWith("text/html") && !answer.redirected && answer.status < 500;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const script = page.querySelector(OWN);
  script?.remove();
  return { page, isPage, version: script?.dataset.version };
}

// At once, before scripts have changed much.
const ready = read().then((said) => {
  if (!said.isPage || said.version !== version) return;
  pair(said.page.documentElement, document.documentElement);
  base = said.page;
}).catch(() => {});

/** Brings the page up to date. News that come meanwhile are taken up as one. */
export function update(news) {
  const changed = [...(wanted?.changed ?? []), ...news.changed];
  wanted = { ...news, changed, edited: news.edited || wanted?.edited, heard: wanted?.heard ?? performance.now() };
  working ??= work().finally(() => (working = null));
  return working;
}

async function work() {
  await ready;
  while (wanted) {
    const news = wanted;
    wanted = null;
    try {
      await apply(news);
    } catch {
      // The server is gone: whoever connects again is told again.
    }
  }
}

/** Whether the page is being scrolled: waits for its end then, for a second at most, for what changes meanwhile may end it. */
async function scrolls() {
  const start = performance.now();
  const isMoving = () => performance.now() - scrolled < 100;
  const began = isMoving();
  while (isMoving() && performance.now() - start < 1000) await new Promise((done) => setTimeout(done, 25));
  return began;
}

async function apply(news) {
  const before = new Set(sheets().map((sheet) => sheet.href));
  const focused = document.activeElement;
  let touched = [];
  let wasScrolled = false;
  if (news.page !== version) {
    const said = await read();
    if (!base || !said.isPage || said.version === undefined || !sameScripts(base, said.page)) return again();
    const styled = await newSheets(said.page);
    wasScrolled = await scrolls();
    touched = morph(base.documentElement, said.page.documentElement, styled);
    version = said.version;
    if (!base.documentElement.isEqualNode(said.page.documentElement)) return again();
  }
  if (!refresh(news.changed, before, news.build)) return again();
  dispatchEvent(new CustomEvent("docweave:built"));
  if (touched.length > 0) {
    // For the theme's scripts: there may be something new. What they know of the page's layout may be wrong as well.
    dispatchEvent(new CustomEvent("docweave:patched"));
    dispatchEvent(new Event("resize"));
    if (focused?.id && !focused.isConnected) document.getElementById(focused.id)?.focus({ preventScroll: true });
    // Who scrolls is on their way to another place.
    if (news.edited && !wasScrolled) reveal(touched);
    await new Promise((done) => requestAnimationFrame(done));
    took.news = performance.now() - news.heard;
  }
}

function again() {
  location.reload();
  return new Promise(() => {});
}

const code = (page) => [...page.scripts].filter(({ type }) => /^(|module|text\/javascript)$/.test(type));

/** Whether what runs already may go on: scripts can be added, but neither changed nor taken back. */
function sameScripts(from, to) {
  const name = (script) => script.getAttribute("src") ?? script.textContent;
  const [old, now] = [code(from).map(name), code(to).map(name)];
  const added = code(to).filter((script) => !old.includes(name(script)));
  return added.every((script) => script.hasAttribute("src")) && (added.length === 0 || old.every((one) => now.includes(one)));
}

/** Loads the style sheets that the page does not have yet, so that it never stands there without; gives live ones by said ones. */
async function newSheets(page) {
  const select = (from) => [...from.querySelectorAll("link[rel~=stylesheet]")];
  const old = select(base);
  const come = select(page).filter((sheet) => !old.some((other) => other.isEqualNode(sheet)));
  const gone = old.filter((sheet) => !select(page).some((other) => other.isEqualNode(sheet)));
  const ready = new Map();
  const waiting = come.map((sheet, at) => {
    const live = document.importNode(sheet, true);
    const place = liveOf(gone[at] ?? old.at(-1));
    ready.set(sheet, live);
    const done = loaded(live);
    if (place?.isConnected) place.after(live);
    else document.head.append(live);
    return done;
  });
  await Promise.all(waiting);
  return ready;
}
