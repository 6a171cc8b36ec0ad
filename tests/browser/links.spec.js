// Links before they are followed: pages fetched ahead, previews, and a way from page to page without a flash.
import { expect, stir, test } from "./page.js";

/** An article whose text links to other pages of the site. */
const ARTICLE = "articles/choosing-tools/";

/** The first link of the text to another page. */
async function link(page) {
  const found = page.locator('.prose :is(p, li) a[href^="/docs/"]:not(.term)').first();
  await found.scrollIntoViewIfNeeded();
  return found;
}

test("a page is fetched when its link is turned to, and once", { tag: "@layout" }, async ({ page, onPhone }) => {
  await page.goto(ARTICLE);
  await stir(page);
  const target = await link(page);
  const href = await target.getAttribute("href");
  const prefetched = page.locator("link[rel=prefetch]");
  await expect(prefetched).toHaveCount(0);
  for (let times = 0; times < 2; times += 1) {
    if (onPhone) await target.dispatchEvent("touchstart");
    else await target.hover();
    await expect(prefetched).toHaveCount(1);
    await page.mouse.move(0, 0);
  }
  expect(await prefetched.getAttribute("href")).toBe(href.replace(/#.*/, ""));
});

test("nothing is fetched of this page, or for who saves data", { tag: "@layout" }, async ({ page, onPhone }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, "connection", { value: { saveData: true } }));
  await page.goto(ARTICLE);
  const target = await link(page);
  if (onPhone) await target.dispatchEvent("touchstart");
  else await target.hover();
  await page.waitForTimeout(600);
  await expect(page.locator("link[rel=prefetch], #preview")).toHaveCount(0);
});

test("a preview says where a link leads, and there is none where nothing points", { tag: "@layout" }, async ({ page, onPhone }) => {
  await page.goto(ARTICLE);
  const target = await link(page);
  const preview = page.locator("#preview");
  if (onPhone) {
    await target.dispatchEvent("touchstart");
    await page.waitForTimeout(800);
    await expect(preview).toHaveCount(0);
    return;
  }
  await target.hover();
  await expect(preview).toBeVisible();
  await expect(preview).toHaveRole("tooltip");
  await expect(target).toHaveAttribute("aria-describedby", "preview");
  expect((await preview.innerText()).length).toBeGreaterThan(40);
  const box = await preview.boundingBox();
  const view = page.viewportSize();
  expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= view.width && box.y + box.height <= view.height).toBe(true);
  const over = await target.boundingBox();
  expect(box.y >= over.y + over.height - 8 || box.y + box.height <= over.y + 8).toBe(true);
  // It stays while the pointer is on it, and goes with Escape.
  await preview.hover();
  await page.waitForTimeout(200);
  await expect(preview).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(preview).toHaveCount(0);
  await expect(target).not.toHaveAttribute("aria-describedby", "preview");
  await target.click();
  await expect(page).not.toHaveURL(new RegExp(ARTICLE));
});

test("the keyboard gets the same, and the preview goes with the focus", { tag: "@layout" }, async ({ page, onPhone }) => {
  await page.goto(ARTICLE);
  const target = await link(page);
  await target.focus();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Tab");
  await expect(target).toBeFocused();
  // A phone shows none.
  await expect(page.locator("#preview")).toHaveCount(onPhone ? 0 : 1);
  if (!onPhone) await expect(target).toHaveAccessibleDescription(/\w{3}/);
  await page.keyboard.press("Tab");
  await expect(page.locator("#preview")).toHaveCount(0);
  await expect(target).not.toHaveAttribute("aria-describedby", "preview");
});

test("pages fade into each other, but not for who wants no movement", { tag: "@layout" }, async ({ page }) => {
  const transits = async () => {
    await page.goto(ARTICLE);
    await page.evaluate(() => addEventListener("pageswap", (event) => sessionStorage.setItem("transit", Boolean(event.viewTransition))));
    await page.locator(".turn a").first().click();
    await page.waitForURL((url) => !url.pathname.endsWith(ARTICLE));
    return page.evaluate(() => sessionStorage.getItem("transit"));
  };
  expect(await transits()).toBe("true");
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(await transits()).toBe("false");
});
