#!/usr/bin/env node
// From save to pixels: how long a writer waits for a save to be seen in a browser.
//
// usage: node benches/preview.mjs [--articles 100,10000] [--saves 100] [--pause 1000] [--docweave FILE]
//
// For each number of articles: the site of generate.py with the default theme, `docweave serve` without a cache, one tab of
// Chromium that shows an article. Then saves of that article, one at a time: its prose, and its title. Measured is the time
// from the moment before the file is written to the frame after the page has the new words. Between saves there is a pause, of
// so many milliseconds on average, as writers make too. Needs what tests/browser needs.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "../tests/browser/node_modules/playwright-core/index.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const { values: wanted } = parseArgs({
  options: {
    articles: { type: "string", default: "100,10000" },
    saves: { type: "string", default: "100" },
    pause: { type: "string", default: "1000" },
    docweave: { type: "string", default: join(here, "../target/release/docweave") },
  },
});
const now = () => performance.timeOrigin + performance.now();
const work = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "docweave-preview-"));
const program = execFileSync("sh", ["-c", "command -v chromium || command -v chromium-browser || command -v google-chrome"], { encoding: "utf8" }).trim();
const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
try {
  console.log("| articles | edit | median ms | 99th percentile ms | longest ms | of it: build ms | first page s |");
  console.log("|---|---|---|---|---|---|---|");
  for (const articles of wanted.articles.split(",").map(Number)) await measure(articles, Number(wanted.saves));
} finally {
  await browser.close();
  rmSync(work, { recursive: true, force: true });
}

async function measure(articles, saves) {
  const folder = join(work, String(articles));
  execFileSync("python3", [join(here, "generate.py"), String(articles), folder], { stdio: ["ignore", "ignore", "inherit"] });
  const site = join(folder, "docweave");
  const config = join(site, "site.toml");
  writeFileSync(config, readFileSync(config, "utf8").replace('theme = "bench"\n', "").replace("window = 1000", "window = 60"));
  const began = now();
  const preview = spawn(resolve(wanted.docweave), ["serve", "--port", "0", "--root", site], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const address = await new Promise((found, failed) => {
      let said = "";
      preview.stdout.on("data", (data) => {
        said += data;
        const match = said.match(/serving (http\S+)/);
        if (match) found(match[1]);
      });
      preview.on("exit", () => failed(new Error(`the preview ended: ${said}`)));
    });
    const page = await browser.newPage({ viewport: { width: 1350, height: 900 } });
    const folderName = readdirSync(join(site, "content")).find((name) => name.startsWith("part-"));
    const article = readdirSync(join(site, "content", folderName)).filter((name) => name !== "_index.md").sort()[6];
    await page.goto(`${address}${folderName}/${article.replace(".md", "")}/`);
    const first = (now() - began) / 1000;
    const file = join(site, "content", folderName, article);
    const text = readFileSync(file, "utf8");
    const edits = {
      prose: (word) => text.replace(/\n\n(?=[A-Z])/, `\n\n${word} `),
      title: (word) => text.replace(/^title = "/m, `title = "${word} `),
    };
    for (const [edit, make] of Object.entries(edits)) {
      const times = [];
      const builds = [];
      for (let save = 0; save < saves + 5; save += 1) {
        const word = `Word${edit}${save}x`;
        const seen = page.evaluate(
          (word) =>
            new Promise((done) => {
              const look = () => {
                if (!document.querySelector("article").textContent.includes(word)) return;
                observer.disconnect();
                // After the next frame: a message is handled when it has been drawn.
                requestAnimationFrame(() => {
                  const { port1, port2 } = new MessageChannel();
                  port1.onmessage = () => done(performance.timeOrigin + performance.now());
                  port2.postMessage(0);
                });
              };
              const observer = new MutationObserver(look);
              observer.observe(document, { childList: true, subtree: true, characterData: true });
              // A browser that is busy may begin to look when all is done.
              look();
            }),
          word,
        );
        const start = now();
        writeFileSync(file, make(word));
        const end = await seen;
        // The first ones warm up.
        if (save < 5) continue;
        times.push(end - start);
        builds.push(await buildTime(page));
        await new Promise((done) => setTimeout(done, Number(wanted.pause) * (0.5 + Math.random())));
      }
      const [middle, rare] = [0.5, 0.99].map((share) => at(times, share));
      console.log(`| ${articles} | ${edit} | ${middle.toFixed(0)} | ${rare.toFixed(0)} | ${Math.max(...times).toFixed(0)} | ${at(builds, 0.5).toFixed(0)} | ${first.toFixed(1)} |`);
    }
    await page.close();
  } finally {
    preview.kill("SIGINT");
  }
}

/** What the stages of the last build took in all. */
function buildTime(page) {
  return page.evaluate(async () => {
    const own = document.querySelector('script[src$="/__docweave/reload.js"]').src;
    const told = await (await fetch(new URL(`panel?page=${encodeURIComponent(location.pathname)}`, own))).json();
    return told.laps.reduce((sum, [, ms]) => sum + ms, 0);
  });
}

function at(times, share) {
  return [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))];
}
