// What an article may hold beyond plain Markdown, on a page that holds all of it.
import { readFileSync, readdirSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, stir, test } from "./page.js";
import { CONSTRUCTS_FOLDER, tags, zipped } from "./site.js";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

test.use({ baseURL: async ({}, use) => use(process.env.DOCWEAVE_CONSTRUCTS_URL) });

/** What a page's head loads. */
function loaded(page) {
  const html = readFileSync(`${CONSTRUCTS_FOLDER}/${page}index.html`, "utf8");
  const names = tags(html).flatMap(({ name, attributes }) =>
    name === "script" ? (attributes.src ?? []) : name === "link" && attributes.rel === "stylesheet" ? attributes.href : [],
  );
  return names.map((name) => name.replace(/.*\/(\w+)\.\w+(\.\w+)$/, "$1$2"));
}

/** What a page loads when its reader stirs. */
function loadedLater(page) {
  const html = readFileSync(`${CONSTRUCTS_FOLDER}/${page}index.html`, "utf8");
  const [{ attributes }] = tags(html).filter(({ attributes }) => "data-later" in attributes);
  return [...attributes["data-later"].matchAll(/(\w+)\.\w+(\.css|\.js sha256-\S+)/g)].map((match) => match[1] + match[2].slice(0, 4).trim());
}

test("a page that uses no construct loads nothing for it", { tag: "@layout" }, async ({ page }) => {
  expect(loaded("plain/")).toEqual(["style.css", "script.js"]);
  expect(loaded("other/")).toEqual(["style.css", "script.js", "constructs.css", "tabs.js"]);
  expect(loaded("all/")).toEqual(expect.arrayContaining(["constructs.css", "tabs.js"]));
  for (const page of ["plain/", "all/"]) expect(loadedLater(page)).toEqual(["later.js", "later.css"]);
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto("plain/");
  await page.waitForLoadState("networkidle");
  const assets = () => asked.filter((path) => /\.(css|js)$/.test(path));
  expect(assets()).toHaveLength(2);
  await page.keyboard.press("Tab");
  await expect.poll(assets).toHaveLength(4);
});

test("what a page loads for constructs is small", { tag: "@layout" }, () => {
  const assets = `${CONSTRUCTS_FOLDER}/assets`;
  const weights = { "constructs.css": 4096, "media.css": 768, "later.css": 1024, "tabs.js": 2048, "later.js": 3200 };
  for (const [name, most] of Object.entries(weights)) {
    const [stem, extension] = name.split(".");
    const file = readdirSync(assets).find((file) => file.startsWith(`${stem}.`) && file.endsWith(`.${extension}`));
    expect(zipped(readFileSync(`${assets}/${file}`)), name).toBeLessThanOrEqual(most);
  }
});

test("everything is accessible, folded and unfolded", async ({ page, faults }) => {
  await page.goto("all/");
  // What axe itself adds to the page is not the page's.
  faults.stop();
  const look = async (...without) => {
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).disableRules(without).analyze();
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`));
  };
  expect(await look()).toEqual([]);
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
  await page.locator("main [role=tab]").last().click();
  // Whatever the header lies over at the moment is not out of reach.
  await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
  expect(await look()).toEqual([]);
  await page.locator(".footnote-ref a").first().focus();
  // A note lies over whatever stands below its mark, for as long as it is shown.
  expect(await look("target-size")).toEqual([]);
});

test("nothing scrolls sideways, and nothing moves", { tag: "@layout" }, async ({ page, onPhone }) => {
  await page.addInitScript(() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries()) {
        window.shifts.push(`${value.toFixed(4)} ${sources.map(({ node }) => `${node?.nodeName}.${node?.className ?? ""}`).join(" ")}`);
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto("other/");
  await page.waitForLoadState("networkidle");
  expect(await page.evaluate(() => window.shifts)).toEqual([]);
  await page.goto("all/");
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
  for (const width of onPhone ? [390, 320] : [1350, 1181, 861]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await page.evaluate(() => document.scrollingElement.scrollWidth), `at ${width}`).toBeLessThanOrEqual(width);
  }
});

test("what is touched is 24 px wide and high", { tag: "@layout" }, async ({ page }) => {
  await page.goto("all/");
  const small = await page.locator(".prose :is([role=tab], summary, .copy)").evaluateAll((some) =>
    some.filter((one) => one.checkVisibility({ contentVisibilityAuto: true })).flatMap((one) => {
      const { width, height } = one.getBoundingClientRect();
      return width < 24 || height < 24 ? `${one.outerHTML.slice(0, 80)} ${width} x ${height}` : [];
    }),
  );
  expect(small).toEqual([]);
  // A card is touched anywhere.
  const card = page.locator(".grid-card").first();
  const box = await card.boundingBox();
  await card.click({ position: { x: box.width - 8, y: box.height - 8 } });
  await expect(page).toHaveURL(/plain\/$/);
});

test("no button to copy covers code", { tag: "@layout" }, async ({ page }) => {
  for (const address of ["all/", "plain/"]) {
    await page.goto(address);
    await expect(page.locator(".prose .copy").first()).toBeAttached();
    const covered = await page.locator(".prose .copy").evaluateAll((buttons) =>
      buttons.filter((one) => one.checkVisibility({ contentVisibilityAuto: true })).flatMap((one) => {
        const button = one.getBoundingClientRect();
        const code = document.createRange();
        code.selectNodeContents(one.closest(".code").querySelector("pre"));
        // However long its first line becomes.
        const first = code.getClientRects()[0];
        return button.top < first.bottom && button.bottom > first.top ? one.closest(".code").outerHTML.slice(0, 120) : [];
      }),
    );
    expect(covered, address).toEqual([]);
  }
});

test.describe("tabs", { tag: "@layout" }, () => {
  const tab = (page, name, at = 0) => page.locator(".tabs").nth(at).getByRole("tab", { name });
  const panel = (page, name, at = 0) => page.locator(".tabs").nth(at).getByRole("tabpanel", { name, includeHidden: true });

  test("one is shown, and the arrows lead around", async ({ page }) => {
    await page.goto("all/");
    await expect(tab(page, "Linux")).toHaveAttribute("aria-selected", "true");
    await expect(panel(page, "Linux")).toBeVisible();
    await expect(panel(page, "Windows")).toHaveAttribute("hidden", "until-found");
    await tab(page, "Linux").focus();
    for (const [key, name] of [["ArrowRight", "macOS"], ["ArrowLeft", "Linux"], ["ArrowLeft", "Windows"], ["ArrowRight", "Linux"], ["End", "Windows"], ["Home", "Linux"]]) {
      await page.keyboard.press(key);
      await expect(tab(page, name)).toBeFocused();
      await expect(tab(page, name)).toHaveAttribute("aria-selected", "true");
    }
    await expect(page.locator(".tabs").first().locator("[role=tab][tabindex='0']")).toHaveCount(1);
    const controlled = await tab(page, "Linux").getAttribute("aria-controls");
    await expect(page.locator(`[id="${controlled}"]`)).toHaveAttribute("aria-labelledby", await tab(page, "Linux").getAttribute("id"));
  });

  test("a group follows, on this page and the next, and what is touched stays", async ({ page }) => {
    await page.goto("all/");
    const lower = tab(page, "Windows", 2);
    await lower.scrollIntoViewIfNeeded();
    const before = await lower.boundingBox();
    await lower.click();
    expect(Math.abs((await lower.boundingBox()).y - before.y)).toBeLessThan(2);
    await expect(panel(page, "Windows")).toBeVisible();
    await expect(panel(page, "Linux", 2)).toBeHidden();
    await page.goto("other/");
    await expect(panel(page, "Windows")).toBeVisible();
    await page.reload();
    await expect(tab(page, "Windows")).toHaveAttribute("aria-selected", "true");
  });

  test("what an address names is shown, wherever it is hidden", async ({ page }) => {
    await page.addInitScript(() => localStorage.setItem("tabs:system", "Windows"));
    await page.goto("plain/");
    await page.locator(".prose a").first().click();
    await expect(page.locator("#in-a-panel")).toBeInViewport();
    await expect(tab(page, "Linux")).toHaveAttribute("aria-selected", "true");
    await tab(page, "macOS").click();
    await page.evaluate(() => (location.hash = "tabs"));
    await expect(panel(page, "macOS")).toBeVisible();
    await page.goBack();
    // The panel is open again; where the page is scrolled to is what the browser remembers.
    await expect(page.locator("#in-a-panel")).toBeVisible();
  });

  test("what the browser's search finds is shown", async ({ page }) => {
    await page.goto("all/");
    await panel(page, "macOS").evaluate((one) => one.dispatchEvent(new Event("beforematch", { bubbles: true })));
    await expect(tab(page, "macOS")).toHaveAttribute("aria-selected", "true");
    await expect(panel(page, "macOS")).toBeVisible();
  });

  test("a choice without a group is found again on the way back", async ({ page }) => {
    await page.goto("other/");
    await tab(page, "Two", 1).click();
    await page.locator(".tabs a:visible").click();
    await expect(page).toHaveURL(/plain\/$/);
    await page.goBack();
    await expect(panel(page, "Two", 1)).toBeVisible();
  });
});

test.describe("notes", { tag: "@layout" }, () => {
  const shown = (page) => page.locator(".note-pop:popover-open");

  test("a note is shown where its mark is, within the window", async ({ page, onPhone }) => {
    await page.goto("all/");
    const mark = page.locator(".footnote-ref a").first();
    await stir(page);
    if (onPhone) await mark.tap();
    else await mark.hover();
    await expect(shown(page)).toContainText("something short");
    await expect(shown(page).locator(".footnote-back")).toHaveCount(0);
    await expect(mark).toHaveAttribute("aria-describedby", await shown(page).getAttribute("id"));
    const [box, at, { width, height }] = [await shown(page).boundingBox(), await mark.boundingBox(), page.viewportSize()];
    expect(box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.y + box.height <= height).toBe(true);
    expect(Math.min(Math.abs(box.y - at.y - at.height), Math.abs(at.y - box.y - box.height))).toBeLessThan(12);
    expect(new URL(page.url()).hash).toBe("");
    await page.keyboard.press("Escape");
    await expect(shown(page)).toHaveCount(0);
    await expect(mark).not.toHaveAttribute("aria-describedby", /./);
    // A finger does not point.
    if (onPhone) return;
    await page.locator("h1").hover();
    await mark.hover();
    await shown(page).hover();
    await page.waitForTimeout(400);
    await expect(shown(page)).toHaveCount(1);
    await page.mouse.move(5, 400);
    await expect(shown(page)).toHaveCount(0);
  });

  test("what is pointed at before the script has come is shown as well", async ({ page, onPhone }) => {
    // A finger does not point.
    if (onPhone) return;
    await page.goto("all/");
    await page.locator(".footnote-ref a").first().hover();
    await expect(shown(page)).toContainText("something short");
  });

  test("the keyboard reaches the note and what stands in it", async ({ page }) => {
    await page.goto("all/");
    const mark = page.locator(".footnote-ref a").first();
    await page.locator("#main").evaluate((main) => main.querySelector("h1").setAttribute("tabindex", "-1"));
    await page.locator("h1").focus();
    for (let count = 0; count < 9 && !(await mark.evaluate((one) => one === document.activeElement)); count += 1) await page.keyboard.press("Tab");
    await expect(shown(page)).toContainText("something short");
    await page.keyboard.press("Tab");
    await expect(shown(page).locator("a")).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(shown(page)).toHaveCount(0);
    await expect(mark).toBeFocused();
    await page.keyboard.press("Enter");
    expect(new URL(page.url()).hash).toBe("#fn-1");
  });

  test("a line of code is explained where it stands", async ({ page, onPhone }) => {
    await page.goto("all/");
    const mark = page.locator(".note-mark").first();
    await stir(page);
    if (onPhone) await mark.tap();
    else await mark.hover();
    await expect(shown(page)).toHaveText("What is told where the line is.");
    expect(new URL(page.url()).hash).toBe("");
  });

  test("the long form of an abbreviation is reached", async ({ page, onPhone }) => {
    await page.goto("all/");
    const short = page.locator("abbr").first();
    await stir(page);
    if (onPhone) await short.tap();
    else await short.hover();
    await expect(shown(page)).toHaveText("Hypertext Markup Language");
  });
});

test.describe("without scripts", { tag: "@layout" }, () => {
  test.use({ javaScriptEnabled: false });

  test("tabs stand one under another, each with its title", async ({ page }) => {
    await page.goto("all/");
    for (const one of await page.locator(".tab, .tab-title").all()) await expect(one).toBeVisible();
    await expect(page.locator("[role=tab]")).toHaveCount(0);
    await page.locator(".footnote-ref a").first().click();
    await expect(page.locator("#fn-1")).toBeInViewport();
  });
});

test("prints everything open", { tag: "@layout" }, async ({ page }) => {
  await page.goto("all/");
  await page.emulateMedia({ media: "print" });
  for (const one of await page.locator(".tab, .tab-title, .prose details > :not(summary)").all()) {
    await expect(one).toBeVisible();
    expect((await one.boundingBox()).height, await one.innerText()).toBeGreaterThan(10);
  }
  await expect(page.locator("[role=tablist]:visible")).toHaveCount(0);
});
