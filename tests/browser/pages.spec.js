// Each template, on each screen and in each theme.
import AxeBuilder from "@axe-core/playwright";
import { brightness, expect, test, tones } from "./page.js";
import { OUT, TEMPLATES, pageOf, pages, isRedirect } from "./site.js";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds wrong, a line for each element. */
async function violations(page, without = []) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).disableRules(without).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}

/** For a person to look at: the first screen, and as much of the page as fits in a picture. */
async function picture(page, name) {
  await page.screenshot({ path: `${OUT}/screens/${name}.png` });
  const { width, height } = await page.evaluate(() => ({ width: innerWidth, height: document.scrollingElement.scrollHeight }));
  const clip = { x: 0, y: 0, width, height: Math.min(height, 5000) };
  await page.screenshot({ path: `${OUT}/screens/${name}-whole.png`, fullPage: true, clip });
}

for (const kind of TEMPLATES) {
  test(`${kind}: is accessible, and loads without a fault`, async ({ page, open, faults, colorScheme }, info) => {
    await open(kind);
    await page.waitForLoadState("load");
    const { ground, text } = await tones(page);
    if (kind !== "redirect") expect(colorScheme === "dark" ? text > ground : ground > text, "the theme's colours").toBe(true);
    await picture(page, `${kind}-${info.project.name}`);
    // What axe itself adds to the page is not the page's.
    faults.stop();
    // A redirect has no colours of its own; axe takes the dark canvas below it for a white one.
    expect(await violations(page, kind === "redirect" && colorScheme === "dark" ? ["color-contrast"] : [])).toEqual([]);
  });
}

/** What an article may hold, and how it is recognised. */
const CONSTRUCTS = {
  table: '<div class="table"',
  code: '<div class="code"',
  callout: 'class="callout',
  footnote: 'class="footnotes"',
  task: 'class="task"',
  "pull quote": 'class="pull"',
  diagram: 'class="drawing"',
  image: "<img ",
  "long contents": 'id="broken-link"',
};

test("each construct is accessible where it stands", async ({ page, faults }) => {
  const all = pages().filter(({ html }) => !isRedirect(html));
  const seen = new Set([pageOf("article").file]);
  for (const [name, sign] of Object.entries(CONSTRUCTS)) {
    if (all.some(({ file, html }) => seen.has(file) && html.includes(sign))) continue;
    const found = all.find(({ html }) => html.includes(sign));
    if (!found) continue;
    seen.add(found.file);
    await test.step(`${name}: ${found.file}`, async () => {
      await page.goto(found.address);
      faults.stop();
      expect(await violations(page), found.file).toEqual([]);
    });
  }
});

test("no page scrolls sideways, and no text leaves its column", { tag: "@layout" }, async ({ page, onPhone }) => {
  test.slow();
  const wrong = [];
  for (const { address, html } of pages()) {
    if (isRedirect(html)) continue;
    await page.goto(address);
    for (const width of onPhone ? [390, 360, 320] : [1350, 1181, 861]) {
      await page.setViewportSize({ width, height: 800 });
      const over = await page.evaluate((width) => Math.max(document.scrollingElement.scrollWidth, innerWidth) - width, width);
      if (over > 0) wrong.push(`${address} at ${width}: ${over} px`);
      for (const stray of await page.evaluate(straying)) wrong.push(`${address} at ${width}: outside its column: ${stray}`);
    }
  }
  expect(wrong).toEqual([]);
});

/**
 * In the page: what of the text hangs out of its column. The bar of contents is as wide as the screen, and the ground of
 * code in a sentence is 5 px wider than its words.
 */
function straying() {
  const { left, right } = document.querySelector("main").getBoundingClientRect();
  // A check box is drawn smaller than it is, and begins where its line does.
  const own = "pre, .table, .wide > .diagram, .toc, .unseen, input";
  return [...document.querySelectorAll("main *")]
    .filter((one) => !one.closest(own) && one.checkVisibility())
    .filter((one) => [...one.getClientRects()].some((box) => box.left < left - 6 || box.right > right + 6))
    .map((one) => one.outerHTML.slice(0, 80));
}

test("nothing moves while a page comes, and while it is read", { tag: "@layout" }, async ({ page, open }) => {
  test.slow();
  await page.addInitScript(() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries()) {
        window.shifts.push(`${value.toFixed(4)} ${sources.map(({ node }) => `${node?.nodeName}.${node?.className ?? ""}`).join(" ")}`);
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  for (const kind of ["home", "article", "topic"]) {
    await open(kind);
    await page.evaluate(async () => {
      // Pictures whose size the page does not say would push the text away where a network is slow.
      const pictures = [...document.images];
      for (const picture of pictures) picture.loading = "eager";
      await Promise.all(pictures.map((picture) => picture.decode().catch(() => {})));
      const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
      // What comes late moves the first screen; further down the browser holds on to what is read.
      await pause(500);
      for (let y = 0; y < document.scrollingElement.scrollHeight; y += innerHeight / 2) {
        scrollTo({ top: y, behavior: "instant" });
        await pause(20);
      }
      await pause(200);
    });
    expect(await page.evaluate(() => window.shifts), kind).toEqual([]);
  }
});

test("a long article asks for a style sheet, a script and its pictures until its reader stirs", { tag: "@layout" }, async ({ page }) => {
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.goto("articles/one-pipeline-two-clocks/");
  await page.waitForLoadState("networkidle");
  expect(requests.filter((url) => !/\.svg$/.test(url)).length, requests.join("\n")).toBe(3);
  expect(requests.length, requests.join("\n")).toBeLessThanOrEqual(6);
});

test("a redirect leads to its page", { tag: "@layout" }, async ({ page }) => {
  const { address, html } = pageOf("redirect");
  await page.goto(address);
  await page.waitForURL(`**${html.match(/url=([^"]+)"/)[1]}`);
  await expect(page.locator("h1")).toBeVisible();
});

test("an address that does not exist says so, and leads on", { tag: "@layout" }, async ({ page }) => {
  const answer = await page.goto("no/such/page/");
  expect(answer.status()).toBe(404);
  await page.locator("main").getByRole("link", { name: "Search" }).click();
  await expect(page.locator("dialog.search")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.locator("main").getByRole("link", { name: "Front page" }).click();
  await expect(page).toHaveURL(process.env.DOCWEAVE_SITE_URL);
});

test("prints as dark text on white, without navigation", async ({ page, open, colorScheme }) => {
  for (const kind of ["article", "section", "topic"]) {
    await open(kind);
    await page.emulateMedia({ media: "print", colorScheme });
    const { ground, text } = await tones(page);
    expect(ground, "paper").toBeGreaterThan(0.95);
    expect(text, "ink").toBeLessThan(0.1);
    const shown = await page
      .locator(":is(nav, header.top, footer.bottom, .sidebar, .skip, button):visible")
      .evaluateAll((some) => some.map((one) => one.outerHTML.slice(0, 80)));
    expect(shown, kind).toEqual([]);
    const pale = await page.locator("main :is(p, li, h1, h2, h3, td, th, code, code span, a, figcaption):visible").evaluateAll((some) =>
      some.map((one) => [getComputedStyle(one).color, one.outerHTML.slice(0, 80)]),
    );
    expect(pale.filter(([colour]) => brightness(colour) > 0.25), `${kind}: ink that can be read`).toEqual([]);
    await page.emulateMedia({ media: "screen", colorScheme });
  }
});

test("what the front page opens with has the whole width", async ({ page, open }) => {
  await open("home");
  const width = (of) => page.locator(of).evaluate((one) => one.getBoundingClientRect().width);
  expect(await width(".hero")).toBeGreaterThan((await width("main")) * 0.95);
});

test("the picture of the front page is dark on a dark page", async ({ page, open, colorScheme }) => {
  await open("home");
  const image = page.locator(".pictured > img");
  const lightest = () =>
    image.evaluate(async (one) => {
      await one.decode();
      const canvas = Object.assign(document.createElement("canvas"), { width: 96, height: 72 });
      const brush = canvas.getContext("2d");
      brush.drawImage(one, 0, 0, 96, 72);
      const { data } = brush.getImageData(0, 0, 96, 72);
      // Of the cards, which cover most of the picture.
      let bright = 0;
      for (let at = 0; at < data.length; at += 4) bright += data[at + 3] > 200 && data[at] + data[at + 1] + data[at + 2] > 720;
      return bright / (96 * 72);
    });
  const isDark = colorScheme === "dark";
  expect((await lightest()) > 0.1).toBe(!isDark);
  await page.getByRole("combobox", { name: "Colours" }).selectOption(isDark ? "Light" : "Dark");
  await expect.poll(async () => (await lightest()) > 0.1).toBe(isDark);
});

test("where there are no contents, cards have their column", { tag: "@layout" }, async ({ page, onPhone }) => {
  await page.goto("manual/content/");
  const [cards, main, lead] = await page.evaluate(() => [".cards", "main", "h1"].map((one) => document.querySelector(one).getBoundingClientRect().width));
  expect(cards).toBe(main);
  if (!onPhone) expect(lead).toBeLessThan(main);
});
