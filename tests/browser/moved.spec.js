// A site that may be moved: opened from a disk, and from a folder of a server that it knows nothing of.
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "@playwright/test";
import { BINARY } from "./preview.js";
import { serve } from "./server.js";
import { tags } from "./site.js";

let folder;
let moved;

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "docweave-moved-"));
  const run = (...words) => execFileSync(BINARY, words, { cwd: folder, stdio: "pipe" });
  run("init", "site");
  appendFileSync(join(folder, "site/site.toml"), '\n[publish.moved]\nto = "../moved"\nrelative = true\n');
  writeFileSync(join(folder, "site/content/guides/drop.svg"), '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  appendFileSync(join(folder, "site/content/guides/writing.md"), "\n## A drop\n\n![A drop](drop.svg) [Home](../_index.md) [above](#a-drop)\n");
  run("publish", "moved", "--root", "site");
  moved = join(folder, "moved");
});

test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("every address is relative and leads to a file", () => {
  const names = readdirSync(moved, { recursive: true }).filter((name) => name.endsWith(".html"));
  expect(names.length).toBeGreaterThan(8);
  const wrong = [];
  for (const name of names) {
    const here = pathToFileURL(join(moved, name));
    for (const { name: tag, attributes } of tags(readFileSync(here, "utf8"))) {
      // What the site says of itself to search engines and readers of feeds, with its true address.
      const tells = tag === "link" && /canonical|alternate/.test(attributes.rel);
      for (const address of tells ? [] : [attributes.href, attributes.src, attributes["data-search"], attributes["data-script"]]) {
        if (!address || /^https?:/.test(address)) continue;
        try {
          readdirSync(new URL(address.replace(/[#?].*/, "") || ".", here));
        } catch (error) {
          if (error.code !== "ENOTDIR" || address.startsWith("/")) wrong.push(`${name}: ${address}`);
        }
      }
    }
  }
  expect(wrong).toEqual([]);
});

test("it opens from a disk, with its look, its images and its links", async ({ page }) => {
  await page.goto(pathToFileURL(join(moved, "index.html")).href);
  const look = () => page.evaluate(() => ({
    sheets: [...document.styleSheets].length,
    margin: getComputedStyle(document.body).margin,
    failed: [...document.images].filter((image) => image.complete && !image.naturalWidth).length,
  }));
  expect(await look()).toEqual({ sheets: expect.any(Number), margin: "0px", failed: 0 });
  await page.getByRole("link", { name: "Writing" }).first().click();
  await expect(page).toHaveURL(/^file:.*guides\/writing\/index\.html$/);
  await expect(page.getByRole("img", { name: "A drop" })).toBeVisible();
  expect((await look()).failed).toBe(0);
  await page.locator("main").getByRole("link", { name: "above" }).click();
  await expect(page).toHaveURL(/guides\/writing\/index\.html#a-drop$/);
  await page.locator("main").getByRole("link", { name: "Home" }).click();
  await expect(page).toHaveURL(/moved\/index\.html$/);
  await page.locator("a[data-search]").first().click();
  await expect(page, "browsers keep the search from its files").toHaveURL(/search\/index\.html$/);
  await expect(page.getByRole("link", { name: "Writing" }).first()).toBeVisible();
});

test("behind a server its search finds pages from any depth", async ({ page }) => {
  const server = await serve(moved, "/some/where/");
  const base = `http://127.0.0.1:${server.address().port}/some/where/`;
  await page.goto(`${base}guides/writing/index.html`);
  await page.locator("a[data-search]").first().click();
  await page.getByRole("searchbox").fill("drop");
  await page.locator(".search-results a").first().click();
  await expect(page).toHaveURL(new RegExp(`^${base}guides/writing/index.html`));
  server.close();
});
