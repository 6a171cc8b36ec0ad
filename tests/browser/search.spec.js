// The search: what opens it, what it finds, and what it loads for that.
import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./page.js";
import { CONSTRUCTS_FOLDER, OUT, files, read, zipped } from "./site.js";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const box = (page) => page.getByRole("searchbox", { name: "Search" });
const results = (page) => page.locator(".search-results");
const link = (page) => page.locator("header.top").getByRole("link", { name: "Search" });

/** Opens the search with a key and asks for something. */
async function ask(page, words) {
  if (!(await box(page).isVisible())) await page.keyboard.press("Control+k");
  await expect(box(page)).toBeFocused();
  await box(page).fill(words);
  await expect(page.locator(".search [role=status]")).not.toBeEmpty();
}

for (const [name, act] of [
  ["/", (page) => page.keyboard.press("/")],
  ["Ctrl-K", (page) => page.keyboard.press("Control+k")],
  ["a click", (page) => link(page).click()],
]) {
  test(`${name} opens the search, Esc closes it`, { tag: "@layout" }, async ({ page, open }) => {
    await open("article");
    await act(page);
    await expect(box(page)).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(page.locator("dialog.search")).toBeHidden();
    // A key that comes before the browser has given the focus back is still the dialog's.
    await page.waitForFunction(() => !document.activeElement?.closest("dialog"));
    await act(page);
    await expect(box(page)).toBeFocused();
    expect(await page.locator("dialog.search").count(), "there is one").toBe(1);
  });
}

test("Esc closes it whatever was typed, and the words are there again", { tag: "@layout" }, async ({ page, open }) => {
  await open("article");
  await ask(page, "contract");
  await page.keyboard.press("Escape");
  await expect(page.locator("dialog.search")).toBeHidden();
  await page.keyboard.press("Control+k");
  await expect(box(page)).toHaveValue("contract");
});

test("what is typed before it stands is not lost", { tag: "@layout" }, async ({ page, open }) => {
  await page.route("**/dialog.txt", async (route) => {
    await new Promise((later) => setTimeout(later, 300));
    await route.continue();
  });
  await open("article");
  await page.keyboard.press("/");
  await page.keyboard.type("contr", { delay: 5 });
  await expect(box(page)).toHaveValue("contr");
  await page.keyboard.type("act");
  await expect(box(page)).toHaveValue("contract");
  await expect(results(page).getByRole("link").first()).toContainText(/contract/i);
});

test("nothing is loaded for it before it is asked for", { tag: "@layout" }, async ({ page, open }) => {
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await open("article");
  await page.waitForLoadState("networkidle");
  expect(asked.filter((path) => /search/.test(path))).toEqual([]);
});

test("/ in a field is a character", { tag: "@layout" }, async ({ page, open }) => {
  await open("article");
  await ask(page, "a");
  await box(page).press("End");
  await page.keyboard.press("/");
  await expect(box(page)).toHaveValue("a/");
});

test("results are sections, marked, titles first, and are reached by arrows and Enter", { tag: "@layout" }, async ({ page, open }) => {
  await open("home");
  await ask(page, "front matter");
  const first = results(page).locator("> ul > li").first();
  await expect(first.locator("> a b")).toContainText("Front matter");
  await expect(first.locator("mark").first()).toBeVisible();
  await expect(page.locator(".search [role=status]")).toHaveText(/^\d+ pages/);
  const section = results(page).locator("ul ul a").first();
  await expect(section).toHaveAttribute("href", /#./);
  await expect(section.locator("span")).not.toBeEmpty();
  await page.keyboard.press("ArrowDown");
  await expect(results(page).locator("a").first()).toBeFocused();
  await page.keyboard.press("ArrowDown");
  const second = results(page).locator("a").nth(1);
  await expect(second).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await expect(box(page)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const target = await second.getAttribute("href");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`${target.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`));
  await expect(page.locator("dialog.search:visible")).toHaveCount(0);
});

test("Enter opens the best result; who types on a result means the words", { tag: "@layout" }, async ({ page, open }) => {
  await open("home");
  await ask(page, "glossar");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.type("y");
  await expect(box(page)).toHaveValue("glossary");
  await page.keyboard.press("Enter");
  await expect(page.locator("h1")).toContainText(/glossary/i);
});

for (const [words, found] of [
  ["inherit front mat", "the beginning of the last word"],
  ["frnot matter", "two letters swapped"],
  ["front mattre", "two letters swapped at the end"],
  ["fromt matter", "a wrong letter"],
  ["ront matter", "the first letter missing"],
  ["FRONT Mátter", "capitals and accents"],
  ["fronts matters", "other forms"],
]) {
  test(`finds the page: ${found}`, { tag: "@layout" }, async ({ page, open }) => {
    await open("home");
    await ask(page, words);
    await expect(results(page).locator("> ul > li > a b").filter({ hasText: /front matter/i }).first()).toBeVisible();
  });
}

test("says so where there is nothing", { tag: "@layout" }, async ({ page, open }) => {
  await open("home");
  await ask(page, "qqqqzzzzxxxx");
  await expect(page.locator(".search [role=status]")).toHaveText("Nothing found for “qqqqzzzzxxxx”.");
  await expect(results(page).locator("a")).toHaveCount(0);
});

test("more results come when they are asked for", { tag: "@layout" }, async ({ page, open }) => {
  await open("home");
  await ask(page, "the");
  await expect(results(page).locator("> ul > li")).toHaveCount(6);
  await page.getByRole("button", { name: "More results" }).click();
  await expect(results(page).locator("> ul > li")).toHaveCount(12);
  await expect(results(page).locator("> ul > li").nth(6).locator("a").first()).toBeFocused();
});

test("a page that is called what was typed is there before any text, and keeps the focus", { tag: "@layout" }, async ({ page, open }) => {
  let release;
  const released = new Promise((done) => (release = done));
  await page.route("**/search/p/**", (route) => released.then(() => route.continue()));
  await open("home");
  await page.keyboard.press("Control+k");
  await box(page).fill("Front Matter");
  const first = results(page).locator("> ul > li").first();
  await expect(first.locator("> a b")).toHaveText("Front matter");
  await expect(first.locator("mark")).toHaveText(["Front", "matter"]);
  await expect(first.locator("> a span")).toBeEmpty();
  await page.keyboard.press("ArrowDown");
  await expect(first.locator("> a")).toBeFocused();
  release();
  await expect(first.locator("> a span")).not.toBeEmpty();
  await expect(first.locator("> a")).toBeFocused();
  await expect(page.locator(".search-results > ul > li > a b").filter({ hasText: /^Front matter$/ }), "once").toHaveCount(1);
});

test("the text of a result is loaded when it comes in sight", { tag: "@layout" }, async ({ page, open }) => {
  const asked = [];
  page.on("request", (request) => /\/search\/p\//.test(request.url()) && asked.push(request.url()));
  await page.setViewportSize({ width: page.viewportSize().width, height: 480 });
  await open("home");
  await ask(page, "front matter");
  await expect(results(page).locator("> ul > li")).toHaveCount(6);
  await page.waitForLoadState("networkidle");
  const awaited = results(page).locator(".search-awaited");
  test.info().annotations.push({ type: "asked", description: `${asked.length} of 6, ${await awaited.count()} awaited` });
  expect(asked.length + (await awaited.count())).toBe(6);
  await results(page).locator("> ul > li").last().scrollIntoViewIfNeeded();
  await expect(results(page).locator("> ul > li").last().locator(".search-awaited")).toHaveCount(0);
});

test("a topic filters", { tag: "@layout" }, async ({ page, open }) => {
  await open("home");
  await ask(page, "data");
  const count = async () => Number.parseInt((await page.locator(".search [role=status]").textContent()).replace(/\D/g, ""), 10);
  const all = await count();
  await page.getByRole("combobox", { name: "Topic" }).selectOption("collaboration");
  await expect.poll(count).toBeLessThan(all);
  expect(await count()).toBeGreaterThan(0);
});

test("searches that led somewhere are offered again, and can be forgotten", { tag: "@layout" }, async ({ page, open }) => {
  await open("home");
  await ask(page, "glossary");
  await results(page).locator("a").first().click();
  await open("home");
  await page.keyboard.press("/");
  await results(page).getByRole("button", { name: "glossary" }).click();
  await expect(box(page)).toHaveValue("glossary");
  await expect(results(page).locator("a").first()).toBeVisible();
  await box(page).fill("");
  await results(page).getByRole("button", { name: "Clear" }).click();
  await expect(results(page)).toBeEmpty();
  expect(await page.evaluate(() => localStorage.getItem("searches"))).toBe("[]");
});

test("works where nothing may be stored", { tag: "@layout" }, async ({ page, open }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("no", "SecurityError"); } });
  });
  await open("home");
  await ask(page, "glossary");
  await results(page).locator("a").first().click();
  await expect(page.locator("h1")).toContainText(/glossary/i);
});

test("an address can ask", { tag: "@layout" }, async ({ page }) => {
  await page.goto("search/?q=glossary");
  await expect(box(page)).toHaveValue("glossary");
  await expect(results(page).locator("a").first()).toBeVisible();
});

test("the page for missing addresses leads to it", { tag: "@layout" }, async ({ page, open }) => {
  await open("404");
  await page.locator("main").getByRole("link", { name: "Search" }).click();
  await expect(box(page)).toBeFocused();
});

test("is accessible, and looks as it should", async ({ page, open, faults, onPhone }, info) => {
  await open("article");
  if (onPhone) await link(page).tap();
  else await page.keyboard.press("/");
  await expect(box(page)).toBeFocused();
  await box(page).fill("data contract");
  await expect(results(page).locator("a").first()).toBeVisible();
  await page.screenshot({ path: `${OUT}/screens/search-${info.project.name}.png` });
  const dialog = page.locator("dialog.search");
  const { width } = await dialog.boundingBox();
  const screen = page.viewportSize().width;
  if (onPhone) {
    expect(width).toBe(screen);
    const small = await dialog.locator("a, button, select, input").evaluateAll((some) =>
      some.filter((one) => one.getBoundingClientRect().height < 24).map((one) => one.outerHTML.slice(0, 60)),
    );
    expect(small).toEqual([]);
  } else {
    expect(width).toBeGreaterThanOrEqual(640);
    expect(width).toBeLessThanOrEqual(720);
  }
  expect(await page.evaluate(() => document.scrollingElement.scrollWidth)).toBeLessThanOrEqual(screen);
  faults.stop();
  const { violations } = await new AxeBuilder({ page }).include("dialog.search").withTags(RULES).analyze();
  expect(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`))).toEqual([]);
});

test.describe("on a small site", () => {
  test.use({ baseURL: async ({}, use) => use(process.env.DOCWEAVE_CONSTRUCTS_URL) });

  test("what authors write is shown as it is, and runs nothing", { tag: "@layout" }, async ({ page }) => {
    await page.goto("plain/");
    page.on("dialog", () => expect(true, "a script of the content ran").toBe(false));
    await ask(page, "zymurgic");
    const item = results(page).locator("> ul > li").first();
    await expect(item.locator("> a b")).toHaveText('<img src=x onerror=alert(1)> & "quotes"');
    await expect(item).toContainText('<script>alert("zymurgic")</script>');
    await expect(item).toContainText("<b>bold</b>");
    await expect(results(page).locator("img, script, b b")).toHaveCount(0);
    await expect(item.locator("mark")).toHaveText(["zymurgic", "zymurgic"]);
  });

  for (const [words, id, mark] of [
    ["uberschrift", "odd-heading", "Überschrift"],
    ["childitem", "odd-heading", "ChildItem"],
    ["item child", "odd-heading", "ChildItem"],
    ["naive", "odd-heading", "naïve"],
    ["東京", "japanese", "東京"],
    ["天気はよい", "japanese", "天気はよい"],
    ["都", "japanese", "都"],
  ]) {
    test(`finds ${words}`, { tag: "@layout" }, async ({ page }) => {
      await page.goto("plain/");
      await ask(page, words);
      const found = results(page).locator(`a[href$="#${id}"]`).first();
      await expect(found.locator("mark").filter({ hasText: mark }).first()).toBeVisible();
    });
  }

  test("keywords find an article that never says them; words beyond all length are not there", { tag: "@layout" }, async ({ page }) => {
    await page.goto("plain/");
    await ask(page, "x".repeat(81));
    await expect(results(page).locator("a")).toHaveCount(0);
    await ask(page, "unmistakable");
    await expect(results(page).locator("> ul > li > a b")).toHaveText(['<img src=x onerror=alert(1)> & "quotes"']);
  });

  test("loads at most 12 KB when it is used", { tag: "@layout" }, async ({ page }) => {
    const loaded = [];
    await page.goto("plain/");
    await page.waitForLoadState("networkidle");
    page.on("response", (response) => loaded.push(response));
    await ask(page, "zymurgic");
    await expect(results(page).locator("a").first()).toBeVisible();
    const sizes = await Promise.all(loaded.map(async (response) => [new URL(response.url()).pathname, zipped(await response.body())]));
    const total = sizes.reduce((sum, [, size]) => sum + size, 0);
    test.info().annotations.push({ type: "weight", description: `${total}: ${sizes.map((one) => one.join(" ")).join(", ")}` });
    expect(total, sizes.join("\n")).toBeLessThanOrEqual(12 * 1024);
  });
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the link leads to a page of topics and all articles", { tag: "@layout" }, async ({ page, open }) => {
    await open("article");
    await link(page).click();
    await expect(page.locator("h1")).toHaveText("Search");
    await expect(page.locator("main").getByRole("link", { name: "Collaboration" })).toBeVisible();
    await expect(page.locator("main").getByRole("link", { name: "Front matter", exact: true })).toBeVisible();
    await expect(page.locator("main input, main button")).toHaveCount(0);
  });
});

test("the index holds no page that says `search: false`", { tag: "@layout" }, () => {
  const parts = files().filter((file) => file.startsWith("search/p/"));
  expect(parts.length).toBeGreaterThan(20);
  for (const part of parts) expect(() => JSON.parse(read(part))).not.toThrow();
  expect(readFileSync(`${CONSTRUCTS_FOLDER}/search/words.json`, "utf8")).toContain('"pages":');
});
