// Images that can be enlarged and tables that can be sorted, on the pages of the manual that show them.
import { expect, stir, test } from "./page.js";

const IMAGES = "manual/content/images/";
const DATA = "manual/content/data/";

test("an image that is smaller than it could be is enlarged, and left again", { tag: "@layout" }, async ({ page, onPhone }) => {
  await page.goto(IMAGES);
  await stir(page);
  const image = page.locator("img.zoomable").first();
  await image.scrollIntoViewIfNeeded();
  await expect(image).toHaveAttribute("role", "button");
  const before = await image.boundingBox();
  if (onPhone) await image.tap();
  else await image.click();
  const dialog = page.locator("dialog.zoom");
  await expect(dialog).toBeVisible();
  const copy = dialog.locator("img");
  await expect.poll(() => copy.evaluate((img) => img.complete && img.naturalWidth > 0)).toBe(true);
  const large = await copy.boundingBox();
  const { width, height } = page.viewportSize();
  expect(large.width).toBeGreaterThanOrEqual(before.width);
  expect(large.x >= 0 && large.y >= 0 && large.x + large.width <= width + 1 && large.y + large.height <= height + 1).toBe(true);
  await expect(page.getByRole("button", { name: "Close" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await image.focus();
  await page.keyboard.press("Enter");
  await expect(dialog).toBeVisible();
  await dialog.click({ position: { x: 5, y: height - 5 } });
  await expect(dialog).toBeHidden();
  await expect(image).toBeFocused();
});

test("a table of data is sorted by its headers, both ways", { tag: "@layout" }, async ({ page }) => {
  await page.goto(DATA);
  const table = page.locator("table.data").filter({ has: page.locator("th button") }).first();
  const headers = table.locator("thead th");
  const last = (await headers.count()) - 1;
  const cells = () => table.locator(`tbody tr > :nth-child(${last + 1})`).allTextContents();
  const before = await cells();
  for (const sorted of ["ascending", "descending"]) {
    await headers.nth(last).getByRole("button").click();
    await expect(headers.nth(last)).toHaveAttribute("aria-sort", sorted);
    expect([...(await cells())].sort()).toEqual([...before].sort());
  }
  const down = await cells();
  await headers.nth(last).getByRole("button").focus();
  await page.keyboard.press("Enter");
  expect(await cells()).toEqual([...down].reverse());
});
