// The built site as files: what there is, the tags of each page, and which page stands for each template.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
export const OUT = fileURLToPath(new URL("out", import.meta.url));
export const FOLDER = `${OUT}/site`;
/** The site that holds every construct, and the folder it is built into. */
export const CONSTRUCTS = fileURLToPath(new URL("constructs", import.meta.url));
export const CONSTRUCTS_FOLDER = `${OUT}/constructs`;
export const PREFIX = "/docs/";

/** Every file of the site, as a path below its folder, in order. */
export function files() {
  return readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`.slice(FOLDER.length + 1))
    .sort();
}

export const read = (file) => readFileSync(`${FOLDER}/${file}`, "utf8");
/** As a host packs files that it keeps packed. */
export const zipped = (text) => gzipSync(text, { level: 9 }).length;

/** `a/index.html` → `a/`: the address of a page, relative to the site's. */
export const addressOf = (file) => file.replace(/(^|\/)index\.html$/, "$1");

/**
 * The opening tags of a page, in order: `{ name, attributes, text }`, where `text` is what follows up to the next tag.
 * Comments are passed over; what is inside `script`, `style`, `title` and `textarea` is text.
 */
export function tags(html) {
  const found = [];
  const token = /<!--[\s\S]*?-->|<\/?([a-zA-Z][^\s\/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/g;
  for (let match; (match = token.exec(html)); ) {
    if (!match[1] || match[0][1] === "/") continue;
    const name = match[1].toLowerCase();
    const attributes = {};
    for (const [, key, double, single, bare] of match[2].matchAll(/([^\s=\/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s]+)))?/g)) {
      attributes[key.toLowerCase()] = decode(double ?? single ?? bare ?? "");
    }
    let end = html.indexOf("<", token.lastIndex);
    if (["script", "style", "title", "textarea"].includes(name)) {
      end = html.indexOf(`</${name}`, token.lastIndex);
    }
    found.push({ name, attributes, text: decode(html.slice(token.lastIndex, end < 0 ? undefined : end)) });
    if (end >= 0) token.lastIndex = end;
  }
  return found;
}

function decode(text) {
  const named = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(amp|lt|gt|quot|apos));/gi, (_, hex, decimal, name) =>
    name ? named[name.toLowerCase()] : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal)),
  );
}

/** Whether a page only leads to another one. */
export const isRedirect = (html) => /<meta http-equiv="refresh"/.test(html);

/** All pages: `{ file, address, html }`. */
export function pages() {
  return files()
    .filter((file) => file.endsWith(".html"))
    .map((file) => ({ file, address: addressOf(file), html: read(file) }));
}

/**
 * The page that stands for a template, as `{ file, address, html }`: the weightiest of its kind where there are many.
 */
export function pageOf(kind) {
  const all = pages();
  const weightiest = (some) => some.sort((a, b) => b.html.length - a.html.length)[0];
  const articles = all.filter((page) => page.html.includes('content="article"'));
  const inFolder = (page, folder) => page.address.startsWith(folder) && page.address !== folder;
  const page = {
    home: () => all.find((page) => page.address === ""),
    section: () => all.find((page) => page.address === "articles/"),
    article: () => weightiest(articles),
    topic: () => weightiest(all.filter((page) => inFolder(page, "topics/"))),
    topics: () => all.find((page) => page.address === "topics/"),
    search: () => all.find((page) => page.address === "search/"),
    glossary: () => all.find((page) => page.address === "glossary/"),
    archive: () => all.find((page) => page.address === "archive/"),
    404: () => all.find((page) => page.file === "404.html"),
    redirect: () => all.find((page) => isRedirect(page.html)),
  }[kind]?.();
  if (!page) throw new Error(`no page of the site stands for "${kind}"`);
  // A missing page is met under an address that does not exist, as a reader would.
  return kind === "404" ? { ...page, address: "no/such/page/" } : page;
}

export const TEMPLATES = ["home", "section", "article", "topic", "topics", "search", "glossary", "archive", "404", "redirect"];
