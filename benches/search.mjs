#!/usr/bin/env node
// Searching a large site: what a reader loads and waits for, against Pagefind on the same pages in the same run.
//
// usage: node benches/search.mjs [--articles 10000] [--queries 12] [--docweave FILE] [--pagefind FILE] [--folder DIR]
//
// DIR is kept, and where it holds a site that is built and indexed, only the browser is run.
//
// The site of generate.py with the default theme is built with and without its search, and indexed by Pagefind
// (`npm install --prefix DIR pagefind`, its program is DIR/node_modules/.bin/pagefind). Then each search is opened in a browser
// that has nothing of it, and asked for words of titles, one query cold and one warm in each fresh browser, the searches in
// turn. Measured are the time from the key until the first result is in the page, and until the frame that shows it; what was
// loaded for the cold query until nothing more came; and whether that result has the words in its title. The warm query waits
// until the cold one has loaded all.
// Pagefind has its own interface, once as it comes and once without its pause after a key. Needs what tests/browser needs.
import { execFileSync, spawnSync } from "node:child_process";
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createGzip } from "node:zlib";
import { chromium } from "../tests/browser/node_modules/playwright-core/index.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const { values: wanted } = parseArgs({
  options: {
    articles: { type: "string", default: "10000" },
    queries: { type: "string", default: "12" },
    docweave: { type: "string", default: join(here, "../target/release/docweave") },
    pagefind: { type: "string", default: "pagefind" },
    folder: { type: "string" },
  },
});
const work = wanted.folder ?? mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "docweave-search-"));
const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];
const program = execFileSync("sh", ["-c", "command -v chromium || command -v chromium-browser || command -v google-chrome"], { encoding: "utf8" }).trim();

const START = `new PagefindUI({ element: "#search", ...(location.search ? { debounceTimeoutMs: 0 } : {}), showSubResults: true, showImages: false });
`;
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Pagefind</title><link rel="stylesheet" href="/pagefind/pagefind-ui.css"><div id="search"></div><script src="/pagefind/pagefind-ui.js"></script><script src="start.js"></script>`;

/** So long nothing must come until a query has loaded all, in milliseconds. */
const QUIET = 400;

/** Bytes that the server has sent, and when: what workers load is among them. */
let sent = 0;
let last = 0;

const site = prepared();
const shares = existsSync(join(site.out, "pagefind")) ? ["- | -", "- | -", "- | -"] : built();
writePage();
const queries = titles(Number(wanted.queries));
const server = await serve(site.out);
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
try {
  const searches = [docweave(), pagefind("Pagefind, without its pause", "?at-once"), pagefind("Pagefind, as it comes", "")];
  for (let at = 0; at < queries.length; at += 2) for (const search of searches) await measure(search, queries[at], queries[at + 1]);
  const rows = searches.map(row);
  console.log("| search | index: CPU s | part of a cold build | key to result in the page / in sight, cold ms | warm ms | KB loaded | words in the first title |");
  console.log("|---|---|---|---|---|---|---|");
  rows.forEach((row, at) => console.log(`| ${row.join(" | ")} |`.replace("INDEX", shares[at])));
} finally {
  await browser.close();
  server.close();
  if (!wanted.folder) rmSync(work, { recursive: true, force: true });
}

function prepared() {
  const folder = join(work, "site");
  if (!existsSync(folder)) execFileSync("python3", [join(here, "generate.py"), wanted.articles, folder], { stdio: ["ignore", "ignore", "inherit"] });
  const root = join(folder, "docweave");
  const config = join(root, "site.toml");
  const text = readFileSync(config, "utf8").replace('theme = "bench"\n', "").replace("window = 1000", "window = 60");
  writeFileSync(config, text.replace(/\n\[search\]\nenabled = false\n/, "\n"));
  return { root, config, out: join(work, "out") };
}

/** CPU seconds of a command, and of its children. */
function cpu(command, ...more) {
  const said = spawnSync("bash", ["-c", 'TIMEFORMAT="CPU %U %S"; time "$@"', "-", command, ...more], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (said.status !== 0) throw new Error(`${command}: ${said.stderr}`);
  const [, user, system] = said.stderr.match(/CPU ([\d.]+) ([\d.]+)/);
  return Number(user) + Number(system);
}

function built() {
  const build = (out, ...more) => {
    rmSync(out, { recursive: true, force: true });
    return cpu(resolve(wanted.docweave), "build", "--quiet", "--no-cache", "--root", site.root, "--output", out, "--base-url", "/", ...more);
  };
  const config = readFileSync(site.config, "utf8");
  writeFileSync(site.config, `${config}\n[search]\nenabled = false\n`);
  const without = [build(join(work, "bare")), build(join(work, "bare"))];
  writeFileSync(site.config, config);
  const whole = [build(site.out), build(site.out)];
  rmSync(join(work, "bare"), { recursive: true, force: true });
  const [least, most] = [Math.min(...without), Math.min(...whole)];
  const theirs = cpu(wanted.pagefind, "--site", site.out);
  const share = (part, of) => `${part.toFixed(1)} | ${((100 * part) / of).toFixed(0)} %`;
  const peer = share(theirs, least + theirs);
  return [share(most - least, most), peer, peer];
}

function writePage() {
  mkdirSync(join(site.out, "pagefind-page"), { recursive: true });
  writeFileSync(join(site.out, "pagefind-page/index.html"), PAGE);
  writeFileSync(join(site.out, "pagefind-page/start.js"), START);
}

/** The titles of articles from all over the site, of two words or more. */
function titles(count) {
  const content = join(site.root, "content");
  const articles = readdirSync(content, { recursive: true }).filter((file) => file.endsWith(".md") && !file.endsWith("_index.md")).sort();
  const step = Math.floor(articles.length / (2 * count));
  const title = (file) => readFileSync(join(content, file), "utf8").match(/^title = "(.*)"/m)[1];
  return Array.from({ length: 2 * count }, (_, at) => title(articles[at * step]));
}

function docweave() {
  return {
    name: "Docweave",
    page: `${origin}/`,
    input: "dialog.search input",
    result: ".search-results > ul > li > a",
    open: (page) => page.keyboard.press("/"),
    ...unmeasured(),
  };
}

function pagefind(name, query) {
  return {
    name,
    page: `${origin}/pagefind-page/${query}`,
    input: ".pagefind-ui__search-input",
    result: ".pagefind-ui__result-link",
    open: (page) => page.locator(".pagefind-ui__search-input").focus(),
    ...unmeasured(),
  };
}

function unmeasured() {
  return { cold: [], warm: [], loaded: [], first: 0 };
}

/** Asks a fresh browser for one title, and then for the other. */
async function measure(search, one, other) {
  const { page: address, input, result, open, cold, warm, loaded } = search;
  const context = await browser.newContext({ viewport: { width: 1350, height: 900 } });
  const page = await context.newPage();
  await page.goto(address, { waitUntil: "networkidle" });
  sent = 0;
  await open(page);
  await page.locator(input).waitFor();
  for (const [title, times] of [[one, cold], [other, warm]]) {
    await page.locator(input).fill("");
    await page.waitForFunction((result) => !document.querySelector(result), result);
    const took = await page.evaluate(
      ([input, result, words]) =>
        new Promise((done) => {
          const start = performance.now();
          let there = 0;
          const found = () => {
            const link = document.querySelector(result);
            if (!link?.textContent.trim()) return null;
            there ||= performance.now() - start;
            return link;
          };
          const changes = new MutationObserver(() => found() && changes.disconnect());
          changes.observe(document.body, { subtree: true, childList: true, characterData: true });
          const look = () => {
            const link = found();
            if (!link) return requestAnimationFrame(look);
            done([there, performance.now() - start, link.textContent]);
          };
          const field = document.querySelector(input);
          field.value = words;
          field.dispatchEvent(new InputEvent("input", { bubbles: true }));
          look();
        }),
      [input, result, title],
    );
    times.push(took);
    const words = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    if (words(title).every((word) => words(took[2]).some((other) => other.startsWith(word)))) search.first += 1;
    do await page.waitForTimeout(QUIET);
    while (performance.now() - last < QUIET);
    if (times === cold) loaded.push(sent / 1024);
  }
  await context.close();
}

function row({ name, cold, warm, loaded, first }) {
  const ms = (times) => [0, 1].map((at) => median(times.map((took) => took[at])).toFixed(0)).join(" / ");
  return [name, "INDEX", ms(cold), ms(warm), median(loaded).toFixed(0), `${first} of ${queries.length}`];
}

function serve(folder) {
  const types = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm", ".svg": "image/svg+xml" };
  const server = createServer((request, response) => {
    let file = join(folder, decodeURIComponent(new URL(request.url, "http://host").pathname));
    if (existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream", "content-encoding": "gzip" });
    const zip = createGzip();
    zip.on("data", (bytes) => ([sent, last] = [sent + bytes.length, performance.now()]));
    createReadStream(file).pipe(zip).pipe(response);
  });
  return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(server)));
}
