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

test("the map of topics leads to topics and stays inside its frame", { tag: "@layout" }, async ({ page, open }) => {
  await open("topics");
  const nodes = page.locator(".map svg a");
  expect(await nodes.count()).toBeGreaterThan(2);
  const names = await nodes.evaluateAll((links) => links.map((link) => link.querySelector("text").textContent));
  expect(new Set(names).size).toBe(names.length);
  // No title lies over another.
  const boxes = await page.locator(".map svg text").evaluateAll((texts) => texts.map((text) => text.getBoundingClientRect().toJSON()));
  const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  expect(boxes.flatMap((a, at) => boxes.slice(at + 1).filter((b) => over(a, b)))).toEqual([]);
  await nodes.last().click();
  await expect(page).toHaveURL(/\/topics\/[a-z-]+\/$/);
});
