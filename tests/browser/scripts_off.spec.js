// Reading and finding one's way need no script.
import { test, expect, tones } from "./page.js";

// Without scripts nothing tells when one page has faded into the next.
test.use({ javaScriptEnabled: false, contextOptions: { reducedMotion: "reduce" } });

test("the page has the system's colours, and no dead buttons", async ({ page, open, colorScheme }) => {
  await open("article");
  const { ground, text } = await tones(page);
  expect(ground < text).toBe(colorScheme === "dark");
  await expect(page.getByRole("combobox")).toHaveCount(0);
  await expect(page.locator(".copy")).toHaveCount(0);
});

test("the navigation leads on", { tag: "@layout" }, async ({ page, open, onPhone }) => {
  await open("article");
  if (onPhone) {
    await expect(page.locator("#menu")).toBeHidden();
    await page.getByRole("button", { name: "Menu", exact: true }).tap();
  }
  await expect(page.locator("#menu")).toBeVisible();
  await expect(page.locator("#menu .pages [aria-current=page]")).toBeVisible();
  await page.locator("#menu .pages a:not([aria-current])").last().click();
  await expect(page.locator("h1")).toBeVisible();
  if (onPhone) {
    await page.getByRole("button", { name: "Menu", exact: true }).tap();
    await page.getByRole("button", { name: "Close the menu" }).tap();
    await expect(page.locator("#menu")).toBeHidden();
  } else {
    await page.locator("header.top").getByRole("link", { name: "Topics", exact: true }).click();
    await expect(page).toHaveURL(/\/topics\/$/);
  }
});

test("the contents lead to a heading that nothing covers", { tag: "@layout" }, async ({ page, open, onPhone }) => {
  await open("article");
  const toc = page.locator(".toc");
  if (onPhone) await toc.locator("summary").tap();
  const link = toc.locator("a").nth(3);
  await expect(link).toBeVisible();
  const heading = page.locator(`[id="${(await link.getAttribute("href")).slice(1)}"]`);
  await link.click();
  await expect(heading).toBeInViewport();
  await expect.poll(() => heading.evaluate((one) => one.getBoundingClientRect().top < innerHeight / 2)).toBe(true);
  const covered = await heading.evaluate((one) => {
    const { left, top, height } = one.getBoundingClientRect();
    const at = document.elementFromPoint(left + 10, top + height - 4);
    return !(one === at || one.contains(at));
  });
  expect(covered).toBe(false);
});
