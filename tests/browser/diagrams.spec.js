// Diagrams of every kind, on the page of the manual that shows them.
import AxeBuilder from "@axe-core/playwright";
import { brightness, expect, test, tones } from "./page.js";
import { pages } from "./site.js";

const PAGE = "manual/content/diagrams/";

test("pages with a diagram load its style, and no others do", { tag: "@layout" }, () => {
  const withStyle = pages().filter(({ html }) => /assets\/diagram\.\w+\.css/.test(html));
  const withDiagram = pages().filter(({ html }) => html.includes('<svg class="diagram"'));
  expect(withStyle.map(({ address }) => address)).toEqual(withDiagram.map(({ address }) => address));
  expect(withDiagram.map(({ address }) => address)).toContain(PAGE);
});

test("every word is inside its drawing, and inside its box", { tag: "@layout" }, async ({ page }) => {
  await page.goto(PAGE);
  const outside = await page.locator(".diagram").evaluateAll((drawings) =>
    drawings.flatMap((drawing) => {
      const holds = (outer, inner) =>
        outer.left <= inner.left + 1 && outer.right >= inner.right - 1 && outer.top <= inner.top + 1 && outer.bottom >= inner.bottom - 1;
      const name = drawing.getAttribute("aria-label");
      const words = [...drawing.querySelectorAll("text")];
      const out = words.filter((one) => !holds(drawing.getBoundingClientRect(), one.getBoundingClientRect()));
      // A node is a group of a shape and its words.
      const nodes = [...drawing.querySelectorAll("g > :is(rect, polygon, circle):first-child + g > text:only-child")];
      const over = nodes.filter((one) => !holds(one.parentNode.previousElementSibling.getBoundingClientRect(), one.getBoundingClientRect()));
      return [...out, ...over].map((one) => `${name}: ${one.textContent}`);
    }),
  );
  expect(outside).toEqual([]);
});

test("words can be read on what they stand on", async ({ page }) => {
  await page.goto(PAGE);
  const { ground, text } = await tones(page);
  expect(await page.locator(".diagram .d-text").first().evaluate((one) => getComputedStyle(one).fill)).toBe(
    await page.evaluate(() => getComputedStyle(document.body).color),
  );
  const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const fills = await page.locator(".diagram [class*='d-']").evaluateAll((shapes) => {
    const under = "d-node d-cluster d-note d-alarm d-active d-task d-accent-1 d-accent-2 d-accent-3 d-accent-4 d-accent-5 d-accent-8".split(" ");
    const found = shapes.flatMap((shape) => under.filter((name) => shape.classList.contains(name)).map((name) => [name, getComputedStyle(shape).fill]));
    return Object.entries(Object.fromEntries(found));
  });
  expect(fills.length).toBeGreaterThan(5);
  for (const [name, fill] of fills) expect(contrast(brightness(fill), text), name).toBeGreaterThan(4.5);
  const [line] = await page.locator(".d-line-edge").evaluateAll((lines) => lines.map((one) => getComputedStyle(one).stroke));
  expect(contrast(brightness(line), ground)).toBeGreaterThan(3);
  // A colour that the source names stays, and the words on it are dark or light.
  const own = page.locator(".diagram [fill='#ffd7d0']").first();
  expect(await own.evaluate((one) => getComputedStyle(one).fill)).toBe("rgb(255, 215, 208)");
  expect(await page.locator(".d-on-light").first().evaluate((one) => getComputedStyle(one).fill)).toBe("rgb(28, 34, 38)");
});

test("diagrams are images with a name, and their links are links", async ({ page, faults }) => {
  await page.goto(PAGE);
  await expect(page.getByRole("img", { name: "Sequence diagram" })).toBeVisible();
  await expect(page.getByRole("img", { name: "From a term to a link" })).toBeVisible();
  await expect(page.getByRole("group", { name: "Flowchart" }).getByRole("link", { name: "CommonMark" })).toHaveAttribute("href", "https://spec.commonmark.org/");
  const source = page.locator(".drawing").first().locator("details");
  await expect(source.locator("pre")).toBeHidden();
  await source.locator("summary").click();
  await expect(source.locator("pre")).toContainText("flowchart LR");
  faults.stop();
  const { violations } = await new AxeBuilder({ page }).include(".drawing").analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].target}`)).toEqual([]);
});

test("a wide diagram is moved along, not the page", { tag: "@layout" }, async ({ page, onPhone }) => {
  await page.goto(PAGE);
  for (const width of onPhone ? [390, 320] : [1350, 861]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await page.evaluate(() => document.scrollingElement.scrollWidth), `at ${width}`).toBeLessThanOrEqual(width);
    const small = await page.locator(".diagram").evaluateAll((all) =>
      all.flatMap((one) => {
        const scale = one.getBoundingClientRect().width / one.getAttribute("width");
        return scale < 0.45 || scale > 1.001 ? `${one.getAttribute("aria-label")}: ${scale}` : [];
      }),
    );
    expect(small, `at ${width}`).toEqual([]);
  }
  if (!onPhone) return;
  const wide = page.locator(".drawing > .wide").first();
  await wide.focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => wide.evaluate((one) => one.scrollLeft)).toBeGreaterThan(0);
});

test("on paper a diagram is whole and light", async ({ page }) => {
  await page.goto(PAGE);
  await page.emulateMedia({ media: "print" });
  await expect(page.locator(".drawing details").first()).toBeHidden();
  const node = page.locator(".diagram .d-node").first();
  expect(brightness(await node.evaluate((one) => getComputedStyle(one).fill))).toBeGreaterThan(0.8);
  await page.setViewportSize({ width: 640, height: 900 });
  const cut = await page.locator(".diagram").evaluateAll((all) =>
    all.filter((one) => one.getBoundingClientRect().width > one.parentNode.getBoundingClientRect().width + 1).map((one) => one.getAttribute("aria-label")),
  );
  expect(cut).toEqual([]);
});
