// The door of the tests of the live preview: a site in a folder of its own, the program that serves it, and who saves files.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { test as plain, expect } from "@playwright/test";
import { REPOSITORY } from "./site.js";

export { expect };

export const BINARY = resolve(process.env.DOCWEAVE ?? `${REPOSITORY}/target/debug/docweave`);

export class Preview {
  /** A site of these files, each text by its path. */
  constructor(files) {
    this.folder = mkdtempSync(join(tmpdir(), "docweave-preview-"));
    this.save(files);
  }

  /** Saves files; `null` removes one. */
  save(files) {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.folder, path);
      mkdirSync(dirname(file), { recursive: true });
      if (text === null) rmSync(file);
      else writeFileSync(file, text);
    }
  }

  /** Saves files while the program stands still, which then learns of all of them at once. */
  saveAtOnce(files) {
    this.program.kill("SIGSTOP");
    this.save(files);
    this.program.kill("SIGCONT");
  }

  /** Starts the program; the address is known when the first build is done. */
  async start(...more) {
    // No port but the first is asked for by number: it may be somebody else's by now.
    const port = this.address ? new URL(this.address).port : "0";
    this.program = spawn(BINARY, ["serve", "--port", port, "--root", this.folder, ...more]);
    let said = "";
    this.address = await new Promise((found, failed) => {
      this.program.stdout.on("data", (data) => {
        said += data;
        const match = said.match(/serving (http\S+)/);
        if (match) found(match[1]);
      });
      this.program.on("exit", () => failed(new Error(`the preview ended: ${said}`)));
    });
    return this.address;
  }

  async stop() {
    if (!this.program || this.program.exitCode !== null) return;
    const ended = new Promise((done) => this.program.on("exit", done));
    this.program.kill("SIGINT");
    await ended;
  }

  /** What a build from nothing writes, by path. */
  built(path) {
    const out = join(this.folder, "cold");
    rmSync(out, { recursive: true, force: true });
    const { origin, pathname } = new URL(this.address);
    execFileSync(BINARY, ["build", "--quiet", "--no-cache", "--root", this.folder, "--output", out, "--base-url", origin + pathname]);
    return readFileSync(join(out, path), "utf8");
  }

  /** The memory that the program takes, in bytes. */
  memory() {
    return Number(readFileSync(`/proc/${this.program.pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]) * 1024;
  }

  async end() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const test = plain.extend({
  /** Serves a site of these files, beside a configuration; options of the program follow. */
  serve: async ({}, use) => {
    const previews = [];
    await use(async (files, ...options) => {
      const preview = new Preview({ "site.toml": SITE, ...files });
      previews.push(preview);
      await preview.start(...options);
      return preview;
    });
    for (const preview of previews) await preview.end();
  },

  /** How often the page was loaded: a patch is no load. */
  loads: async ({ page }, use) => {
    const loads = { count: 0 };
    page.on("load", () => (loads.count += 1));
    await use(loads);
  },

  /** Scripts never fail. */
  mistakes: [
    async ({ page }, use) => {
      const mistakes = [];
      page.on("pageerror", (error) => mistakes.push(error.message));
      await use(mistakes);
      expect(mistakes).toEqual([]);
    },
    { auto: true },
  ],
});

export const SITE = 'title = "Trial"\nbase_url = "https://example.org/docs/"\n\n[topics.cooking]\ntitle = "Cooking"\nkeywords = ["soup", "pan", "kitchen"]\n';

const filling = Array.from({ length: 12 }, (_, at) => `Paragraph ${at} of some length about a soup in a pan, so that a page has to be scrolled.\n`).join("\n");

/** An article with a bit of everything. */
export const article = ({ intro = "first", middle = "middle", end = "end" } = {}) => `+++
title = "A"
description = "d"
+++
# A

Intro ${intro}.

<details><summary>More</summary>

Inside ${intro}.

</details>

::: tabs
::: tab Linux
On Linux ${intro}.
:::
::: tab Windows
On Windows ${intro}.
:::
:::

## One

${filling}
## Two

It says ${middle}.

${filling}
## Three

\`\`\`rust
fn main() { let end = "${end}"; }
\`\`\`
`;
