// What only a small screen that is touched asks for.
import { test, expect } from "./page.js";
import { TEMPLATES } from "./site.js";

for (const kind of TEMPLATES) {
  test(`${kind}: whatever is touched is 24 px wide and high`, { tag: "@layout" }, async ({ page, open }) => {
    await open(kind);
    expect(await page.evaluate(smallTargets)).toEqual([]);
    const menu = page.getByRole("button", { name: "Menu", exact: true });
    if (kind !== "redirect") {
      await menu.tap();
      await expect(page.locator("#menu")).toBeVisible();
      expect(await page.evaluate(smallTargets), "in the menu").toEqual([]);
    }
  });
}

/** In the page: what can be touched and is smaller than 24 px; links inside a sentence are as high as their line (WCAG 2.2, 2.5.8). */
function smallTargets() {
  const small = [];
  for (const one of document.querySelectorAll("a[href], button, summary, input:not(:disabled), select, label")) {
    const style = getComputedStyle(one);
    if (!one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })) continue;
    if (style.clipPath !== "none") continue;
    const sentence = one.closest("p, li, td, th, dd, dt, figcaption, h1, h2, h3, h4, h5, h6");
    const alone = !sentence || sentence.textContent.trim() === one.textContent.trim();
    if (style.display === "inline" && !alone) continue;
    // A card is touched anywhere.
    const box = getComputedStyle(one, "::after").position === "absolute" ? one.closest("li").getBoundingClientRect() : one.getBoundingClientRect();
    if (box.width < 24 || box.height < 24) small.push(`${one.outerHTML.slice(0, 100)} ${box.width.toFixed(1)} x ${box.height.toFixed(1)}`);
  }
  return small;
}

test("the text of the longest article begins high", { tag: "@layout" }, async ({ page, open }) => {
  await open("article");
  const top = await page.locator(".prose > p").first().evaluate((one) => one.getBoundingClientRect().top);
  expect(top).toBeLessThanOrEqual(180);
});

test("the menu opens, leads on, and closes", { tag: "@layout" }, async ({ page, open }) => {
  await open("article");
  const menu = page.locator("#menu");
  const button = page.getByRole("button", { name: "Menu", exact: true });
  await expect(menu).toBeHidden();
  await button.tap();
  await expect(menu).toBeVisible();
  await expect(menu.locator("[aria-current=page]")).toBeInViewport();
  await page.getByRole("button", { name: "Close the menu" }).tap();
  await expect(menu).toBeHidden();
  await button.tap();
  await page.keyboard.press("Escape");
  await expect(menu).toBeHidden();
  await expect(button).toBeFocused();
  await button.tap();
  await menu.getByRole("link", { name: "Topics", exact: true }).tap();
  await expect(page).toHaveURL(/\/topics\/$/);
});

test("the contents open over the text, lead to a heading, and close", { tag: "@layout" }, async ({ page, open }) => {
  await open("article");
  const toc = page.locator(".toc");
  await expect(toc.locator("a").first()).toBeHidden();
  await toc.locator("summary").tap();
  const link = toc.locator("a").nth(3);
  await expect(link).toBeInViewport();
  const id = (await link.getAttribute("href")).slice(1);
  await link.tap();
  await expect(link).toBeHidden();
  const heading = page.locator(`[id="${id}"]`);
  await expect(heading).toBeInViewport();
  await expect.poll(() => heading.evaluate((one) => one.getBoundingClientRect().top), { timeout: 4000 }).toBeLessThan(200);
  // Nor does the bar cover it.
  const bar = await toc.evaluate((one) => one.getBoundingClientRect().bottom);
  expect(await heading.evaluate((one) => one.getBoundingClientRect().top)).toBeGreaterThanOrEqual(bar - 1);
});

test("the heading takes the place of the date only when the date has gone", { tag: "@layout" }, async ({ page, open }) => {
  await page.setViewportSize({ width: 390, height: 8000 });
  await open("article");
  const bar = page.locator(".toc summary");
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  expect(await bar.getAttribute("data-now")).toBeFalsy();
  await page.evaluate(() => scrollTo(0, 400));
  await expect(bar).not.toHaveAttribute("data-now", "");
});
