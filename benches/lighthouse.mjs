#!/usr/bin/env node
// The four scores of Lighthouse for pages of this repository's own site, on a phone and on a desktop.
//
// usage: node benches/lighthouse.mjs --lighthouse FILE [--runs 3] [--pages /,/articles/..] [--docweave FILE]
//
// FILE is the program of `npm install --prefix DIR lighthouse`: DIR/node_modules/.bin/lighthouse. Lighthouse is 200 MB of packages,
// which is why no test brings it. The phone is the one that it simulates, with slow 4G. Medians of the runs are shown, and
// what failed in any of them. Run it on an idle machine: the first score is a measurement.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { serve } from "../tests/browser/server.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const { values: wanted } = parseArgs({
  options: {
    lighthouse: { type: "string", default: "lighthouse" },
    runs: { type: "string", default: "3" },
    pages: { type: "string", default: "/,/articles/,/articles/one-pipeline-two-clocks/,/topics/,/topics/collaboration/,/manual/configuration/site/" },
    docweave: { type: "string", default: join(here, "../target/release/docweave") },
  },
});
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const work = mkdtempSync(join(tmpdir(), "docweave-lighthouse-"));
const site = join(work, "site");
const server = await serve(site, "/");
const origin = `http://127.0.0.1:${server.address().port}`;
const chromium = execFileSync("sh", ["-c", "command -v chromium || command -v chromium-browser || command -v google-chrome"], { encoding: "utf8" }).trim();
const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];
try {
  execFileSync(resolve(wanted.docweave), ["build", "--quiet", "--no-cache", "--root", join(here, ".."), "--output", site, "--base-url", `${origin}/`], { stdio: "inherit" });
  console.log("| page | form | performance | accessibility | best practice | SEO | failed |");
  console.log("|---|---|---|---|---|---|---|");
  for (const page of wanted.pages.split(",")) {
    for (const form of ["mobile", "desktop"]) console.log(await row(page, form));
  }
} finally {
  server.close();
  rmSync(work, { recursive: true, force: true });
}

async function row(page, form) {
  const reports = [];
  for (let run = 0; run < Number(wanted.runs); run += 1) reports.push(await report(page, form));
  const scores = CATEGORIES.map((name) => median(reports.map((report) => Math.round(report.categories[name].score * 100))));
  const failed = new Set();
  for (const { categories, audits } of reports) {
    for (const { id, weight } of CATEGORIES.flatMap((name) => categories[name].auditRefs)) {
      if (weight > 0 && audits[id].score !== null && audits[id].score < 0.9) failed.add(id);
    }
  }
  return `| ${page} | ${form} | ${scores.join(" | ")} | ${[...failed].join(", ") || "nothing"} |`;
}

/** The server is in this process: it has to go on while Lighthouse runs. */
async function report(page, form) {
  const file = join(work, "report.json");
  const flags = ["--output=json", `--output-path=${file}`, "--quiet", `--only-categories=${CATEGORIES}`, "--chrome-flags=--headless --no-sandbox --disable-gpu"];
  const run = spawn(resolve(wanted.lighthouse), [origin + page, ...flags, ...(form === "desktop" ? ["--preset=desktop"] : [])], {
    env: { ...process.env, CHROME_PATH: chromium },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const code = await new Promise((done) => run.on("exit", done));
  if (code !== 0) throw new Error(`lighthouse ended with ${code} on ${page}`);
  return JSON.parse(readFileSync(file, "utf8"));
}
