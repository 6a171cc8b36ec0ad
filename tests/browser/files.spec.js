// What can be said of the built site without a browser.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { FOLDER, PREFIX, addressOf, files, isRedirect, pages, read, tags, zipped, pageOf } from "./site.js";

const base = () => process.env.DOCWEAVE_SITE_URL;

test("nothing inline that a strict policy forbids", () => {
  const wrong = [];
  for (const { file, html } of pages()) {
    for (const { name, attributes, text } of tags(html)) {
      if (name === "style") wrong.push(`${file}: a style element`);
      if (name === "script" && !/json/.test(attributes.type ?? "") && (!attributes.src || text.trim())) wrong.push(`${file}: an inline script`);
      if (name === "base") wrong.push(`${file}: a base element`);
      for (const [key, value] of Object.entries(attributes)) {
        if (key === "style" || key.startsWith("on")) wrong.push(`${file}: ${name} has ${key}`);
        if (/^\s*(javascript|data):/i.test(value)) wrong.push(`${file}: ${name} ${key}=${value.slice(0, 40)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test("every internal link leads to a file, and to a heading where it names one", () => {
  const present = new Set(files());
  const ids = new Map(pages().map(({ file, html }) => [file, new Set(tags(html).map((tag) => tag.attributes.id))]));
  const broken = [];
  for (const { file, html } of pages()) {
    for (const reference of references(html)) {
      const problem = leadsNowhere(reference, `${base()}${addressOf(file)}`, present, ids);
      if (problem) broken.push(`${file}: ${reference} (${problem})`);
    }
  }
  expect(broken).toEqual([]);
});

test("every address of the feeds, the sitemap and the list for language models leads to a file", () => {
  const present = new Set(files());
  const broken = [];
  const lists = files().filter((file) => file.endsWith("atom.xml") || ["sitemap.xml", "llms.txt"].includes(file));
  expect(lists).toContain("articles/atom.xml");
  for (const file of lists) {
    const addresses = [...read(file).matchAll(/(?:href="|<loc>|<id>|\]\()(http[^"<)]+)/g)].map((match) => match[1]);
    expect(addresses.length, file).toBeGreaterThan(3);
    for (const address of addresses) {
      const problem = leadsNowhere(address, base(), present, new Map());
      if (problem || !address.startsWith(base())) broken.push(`${file}: ${address} (${problem ?? "another host"})`);
    }
  }
  expect(broken).toEqual([]);
});

/** All addresses that a page names. */
function references(html) {
  const found = [];
  for (const { attributes } of tags(html)) {
    for (const key of ["href", "src", "poster"]) if (key in attributes) found.push(attributes[key]);
    for (const candidate of (attributes.srcset ?? "").split(",").filter(Boolean)) found.push(candidate.trim().split(/\s/)[0]);
    if (attributes["http-equiv"] === "refresh") found.push(attributes.content.replace(/^.*url=/, ""));
  }
  return found;
}

function leadsNowhere(reference, from, present, ids) {
  const url = new URL(reference, from);
  if (url.origin !== new URL(base()).origin) return null;
  if (!url.pathname.startsWith(PREFIX)) return "outside the site's path";
  const path = decodeURIComponent(url.pathname.slice(PREFIX.length));
  const file = path === "" || path.endsWith("/") ? `${path}index.html` : path;
  // A link within the page for missing pages stays on whatever address it was met at.
  const fragment = decodeURIComponent(url.hash.slice(1));
  if (reference.startsWith("#") && from.endsWith("404.html")) return ids.get("404.html").has(fragment) || fragment === "top" ? null : "no such id";
  if (!present.has(file)) return "no such file";
  // "#top" is the top of every page (HTML, "select the indicated part").
  if (!fragment || fragment === "top" || !ids.has(file)) return null;
  return ids.get(file).has(fragment) ? null : "no such id";
}

test("ids are unique within a page", () => {
  const wrong = [];
  for (const { file, html } of pages()) {
    const seen = new Set();
    for (const { attributes } of tags(html)) {
      if (!("id" in attributes)) continue;
      if (seen.has(attributes.id)) wrong.push(`${file}: ${attributes.id}`);
      seen.add(attributes.id);
    }
  }
  expect(wrong).toEqual([]);
});

test("headings are in order, with one of the first level", () => {
  const wrong = [];
  for (const { file, html } of pages()) {
    const levels = tags(html).filter((tag) => /^h[1-6]$/.test(tag.name)).map((tag) => Number(tag.name[1]));
    const main = tags(html.slice(html.indexOf("<main"))).filter((tag) => /^h[1-6]$/.test(tag.name));
    if (levels.filter((level) => level === 1).length !== 1) wrong.push(`${file}: not one h1`);
    if (main[0]?.name !== "h1") wrong.push(`${file}: main does not open with its h1`);
    levels.forEach((level, at) => at && level > levels[at - 1] + 1 && wrong.push(`${file}: h${level} after h${levels[at - 1]}`));
  }
  expect(wrong).toEqual([]);
});

test("every page says its title, description, address and language", () => {
  const wrong = [];
  const titles = new Map();
  for (const { file, html } of pages()) {
    const all = tags(html);
    const has = (what, found) => found || wrong.push(`${file}: no ${what}`);
    const meta = (name) => all.find((tag) => tag.name === "meta" && tag.attributes.name === name)?.attributes.content;
    const title = all.find((tag) => tag.name === "title")?.text.trim();
    has("title", title);
    has("language", /^[a-z]{2}/.test(all.find((tag) => tag.name === "html")?.attributes.lang ?? ""));
    has("viewport", meta("viewport"));
    const canonical = all.find((tag) => tag.attributes.rel === "canonical")?.attributes.href;
    if (isRedirect(html)) {
      has("canonical of the target", canonical?.startsWith(base()) && canonical !== `${base()}${addressOf(file)}`);
      has("noindex", /noindex/.test(meta("robots")));
      continue;
    }
    has("description", meta("description")?.trim());
    if (file === "404.html") has("noindex", /noindex/.test(meta("robots")));
    else has("canonical", canonical === `${base()}${addressOf(file)}`);
    if (titles.has(title)) wrong.push(`${file}: its title is also that of ${titles.get(title)}`);
    titles.set(title, file);
  }
  expect(wrong).toEqual([]);
});

test("a long article weighs little beyond its own text", () => {
  const html = read("articles/one-pipeline-two-clocks/index.html");
  const from = html.indexOf('<div class="prose">');
  const to = html.lastIndexOf("</article>");
  expect(from, "a body").toBeGreaterThan(0);
  const one = (name) => zipped(read(files().find((file) => file.startsWith(`assets/${name}.`))));
  const frame = zipped(html.slice(0, from) + html.slice(to));
  const [style, script] = [one("style"), one("script")];
  test.info().annotations.push({ type: "weight", description: `frame ${frame}, style ${style}, script ${script}, page ${zipped(html)}` });
  expect(style).toBeLessThanOrEqual(6_500);
  expect(script).toBeLessThanOrEqual(2_600);
  expect(frame + style + script).toBeLessThanOrEqual(14_000);
  // All of it, of which nearly a half is the text itself.
  expect(zipped(html) + style + script).toBeLessThanOrEqual(25_000);
  const loads = tags(html).filter(({ name, attributes }) => (name === "script" && attributes.src) || attributes.rel === "stylesheet");
  expect(loads).toHaveLength(2);
});

test("every script has its digest, and it is that of the file", () => {
  const wrong = [];
  for (const { file, html } of pages()) {
    for (const { name, attributes } of tags(html)) {
      if (name !== "script" || !attributes.src) continue;
      const path = decodeURIComponent(new URL(attributes.src, base()).pathname).slice(PREFIX.length);
      const digest = `sha256-${createHash("sha256").update(read(path)).digest("base64")}`;
      if (attributes.integrity !== digest) wrong.push(`${file}: ${attributes.src} has ${attributes.integrity}`);
      // Those that come when the reader stirs.
      for (const [, address, given] of (attributes["data-later"] ?? "").matchAll(/(\S+\.js) (\S+)/g)) {
        const later = read(new URL(address, base()).pathname.slice(PREFIX.length));
        if (given !== `sha256-${createHash("sha256").update(later).digest("base64")}`) wrong.push(`${file}: ${address} has ${given}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test("every page tells programs what it is", () => {
  const wrong = [];
  for (const { file, html } of pages().filter(({ html, file }) => !isRedirect(html) && file !== "404.html")) {
    const all = tags(html);
    const meta = (name) => all.find((tag) => tag.name === "meta" && (tag.attributes.property ?? tag.attributes.name) === name)?.attributes.content;
    const has = (what, found) => found || wrong.push(`${file}: no ${what}`);
    for (const name of ["og:type", "og:site_name", "og:title", "og:description", "og:url", "twitter:card"]) has(name, meta(name)?.trim());
    const data = all.filter((tag) => tag.name === "script" && tag.attributes.type === "application/ld+json");
    const graph = data.flatMap(({ text }) => JSON.parse(text)["@graph"]);
    has("structured data", graph.length);
    for (const { itemListElement = [] } of graph) {
      itemListElement.forEach(({ position, item }, at) => has(`address of step ${position}`, position === at + 1 && item.startsWith(base())));
    }
    const copy = all.find((tag) => tag.attributes.rel === "alternate" && tag.attributes.type === "text/markdown");
    if (meta("og:type") === "article") has("copy as Markdown", copy && /^# /m.test(read(copy.attributes.href.slice(PREFIX.length))));
  }
  expect(wrong).toEqual([]);
});

test("every page that stands for an article has a picture of its own", () => {
  const pictures = new Map();
  for (const { file, html } of pages().filter(({ html }) => html.includes('content="article"'))) {
    const image = tags(html).find((tag) => tag.attributes.property === "og:image")?.attributes.content;
    expect(image, file).toMatch(new RegExp(`^${base()}assets/social/[0-9a-f]{16}\\.png$`));
    const bytes = readFileSync(`${FOLDER}/${image.slice(base().length)}`);
    expect(bytes.subarray(1, 4).toString(), file).toBe("PNG");
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], file).toEqual([1200, 630]);
    expect(bytes.length, file).toBeLessThan(40 * 1024);
    pictures.set(image, file);
  }
  expect(pictures.size).toBeGreaterThan(20);
});

test("the manifest names the site and an icon that is there", () => {
  const manifest = JSON.parse(read("manifest.webmanifest"));
  expect(manifest.name).toBe("Docweave");
  expect(manifest.start_url).toBe(PREFIX);
  expect(files()).toContain(manifest.icons[0].src.slice(PREFIX.length));
});

test("style sheets are small", () => {
  for (const file of files().filter((file) => /^assets\/.*\.css$/.test(file))) {
    const text = read(file);
    expect(text.includes("\n  ") || /\/\*[^!]/.test(text), file).toBe(false);
  }
});
