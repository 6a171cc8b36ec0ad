// What a reader does without a mouse.
import { test, expect } from "./page.js";

test("the skip link comes first, is seen, and leads past the navigation", { tag: "@layout" }, async ({ page, open }) => {
  await open("article");
  await page.keyboard.press("Tab");
  const skip = page.locator("a.skip");
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport({ ratio: 1 });
  expect(await skip.evaluate((one) => getComputedStyle(one).clipPath)).toBe("none");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#main$/);
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => Boolean(document.activeElement.closest("main")))).toBe(true);
});

for (const kind of ["article", "home"]) {
  test(`${kind}: each stop is reached in order, and is seen`, { tag: "@layout" }, async ({ page, open }) => {
    test.slow();
    // A stop is judged where it comes to rest.
    await page.emulateMedia({ reducedMotion: "reduce" });
    await open(kind);
    const stops = [];
    for (let count = 0; count < 400; count += 1) {
      await page.keyboard.press("Tab");
      const stop = await page.evaluate(look);
      if (!stop) break;
      stops.push(stop);
    }
    const where = (stop) => `${stop.name}: ${stop.faults.join(", ")}`;
    expect(stops.filter((stop) => stop.faults.length).map(where)).toEqual([]);
    expect(stops.some((stop) => stop.inMain), "the content is reached").toBe(true);
    expect(stops.at(-1).inFooter, "the end is reached").toBe(true);
  });
}

/** In the page: what has the focus, and what is wrong about it; nothing where the focus has left the page. */
async function look() {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  // Scrolling to the stop, and any transition, must have ended.
  for (let last = NaN, now; (now = one.getBoundingClientRect().top) !== last; last = now) {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  }
  const faults = [];
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  if (!one.matches(":focus-visible")) faults.push("not :focus-visible");
  if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) faults.push(`outline ${outlineStyle} ${outlineWidth}`);
  const box = one.getClientRects()[0];
  const high = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
  if (high < Math.min(box.height, 24) - 1) faults.push("out of view");
  const [x, y] = [box.left + Math.min(box.width, innerWidth) / 2, (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2];
  const top = document.elementFromPoint(x, y);
  if (!top || !(one.contains(top) || top.contains(one))) faults.push(`hidden below ${top?.nodeName}.${top?.className}`);
  const before = window.lastStop;
  if (before?.isConnected && !(before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING)) faults.push("out of order");
  window.lastStop = one;
  return {
    faults,
    name: `${one.nodeName} ${(one.getAttribute("aria-label") ?? one.textContent).trim().slice(0, 40)}`,
    inMain: Boolean(one.closest("main")),
    inFooter: Boolean(one.closest("footer")),
  };
}
