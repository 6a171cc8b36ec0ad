// Mentions of terms: the definition shows without a script, to the pointer and to the keyboard, inside the window.
import { expect, test } from "./page.js";

/** An article that mentions terms. */
const ARTICLE = "articles/data-contracts-between-teams/";

/** Whether the definition of a mention is drawn, and where its box lies in the window. */
async function definition(mention) {
  return mention.evaluate((link) => {
    const style = getComputedStyle(link, "::after");
    return { shown: style.content !== "none" && style.content !== "normal", width: Number.parseFloat(style.width) };
  });
}

test("a mention shows its definition where it is pointed at or focused", { tag: "@layout" }, async ({ page, onPhone }) => {
  await page.goto(ARTICLE);
  const mention = page.locator(".prose a.term").first();
  await mention.scrollIntoViewIfNeeded();
  expect((await definition(mention)).shown).toBe(false);
  expect(await mention.getAttribute("aria-description")).not.toBe("");
  if (onPhone) await mention.focus();
  else await mention.hover();
  // A focus ring is drawn for the keyboard alone: a tab away and back is what a reader does.
  if (onPhone) await page.keyboard.press("Tab").then(() => page.keyboard.press("Shift+Tab"));
  const { shown, width } = await definition(mention);
  expect(shown).toBe(true);
  expect(width).toBeGreaterThan(100);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(sideways).toBe(0);
});

test("a mention leads to the definition on the page of its topic", async ({ page }) => {
  await page.goto(ARTICLE);
  await page.locator(".prose a.term").first().click();
  await expect(page).toHaveURL(/\/topics\/[a-z-]+\/#term-/);
  await expect(page.locator("dt:target + dd")).toBeVisible();
});

test("the map of topics fits its frame, and its words can be read", { tag: "@layout" }, async ({ page, open }) => {
  await open("topics");
  const map = await page.locator(".map-frame").evaluate((frame) => {
    const svg = [...frame.querySelectorAll("svg")].filter((one) => one.checkVisibility());
    const box = frame.getBoundingClientRect();
    const names = [...svg[0].querySelectorAll("text")].map((text) => ({ name: text.textContent, box: text.getBoundingClientRect() }));
    const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    return {
      shown: svg.length,
      scrolls: frame.scrollWidth > frame.clientWidth,
      outside: names.filter(({ box: one }) => one.left < box.left || one.right > box.right || one.bottom > box.bottom).map(({ name }) => name),
      over: names.flatMap((a, at) => names.slice(at + 1).filter((b) => over(a.box, b.box)).map((b) => `${a.name}, ${b.name}`)),
      scale: svg[0].getBoundingClientRect().width / svg[0].viewBox.baseVal.width,
    };
  });
  expect(map).toMatchObject({ shown: 1, scrolls: false, outside: [], over: [] });
  // Of 13 px.
  expect(map.scale).toBeGreaterThan(0.9);
  const nodes = page.locator(".map svg:visible a");
  const names = await nodes.evaluateAll((links) => links.map((link) => link.querySelector("text").textContent));
  expect(names.length).toBeGreaterThan(2);
  expect(new Set(names).size).toBe(names.length);
  await nodes.last().click();
  await expect(page).toHaveURL(/\/topics\/[a-z-]+\/$/);
});
