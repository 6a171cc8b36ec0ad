// The choice between light and dark.
import { test, expect, tones } from "./page.js";
import { pageOf } from "./site.js";

const other = (scheme) => (scheme === "dark" ? "light" : "dark");
const isDark = async (page) => {
  const { ground, text } = await tones(page);
  return ground < text;
};

test("a choice is kept, on this page and the next, and can be taken back", async ({ page, open, colorScheme }) => {
  await open("home");
  const choice = page.getByRole("combobox", { name: "Colours" });
  expect(await choice.locator("option").allTextContents()).toEqual(["As the system", "Light", "Dark"]);
  await expect(choice).toHaveValue("");
  expect(await isDark(page)).toBe(colorScheme === "dark");
  await choice.selectOption(other(colorScheme));
  expect(await isDark(page)).toBe(colorScheme !== "dark");
  await page.reload();
  await expect(choice).toHaveValue(other(colorScheme));
  expect(await isDark(page)).toBe(colorScheme !== "dark");
  await open("article");
  expect(await isDark(page)).toBe(colorScheme !== "dark");
  await choice.selectOption("As the system");
  expect(await isDark(page)).toBe(colorScheme === "dark");
  expect(await page.evaluate(() => localStorage.getItem("theme"))).toBeNull();
});

test("without a choice, the system's change is followed", async ({ page, open, colorScheme }) => {
  await open("home");
  await page.emulateMedia({ colorScheme: other(colorScheme) });
  expect(await isDark(page)).toBe(colorScheme !== "dark");
});

test("a remembered choice never flashes, however late the script comes", async ({ page, open, colorScheme }) => {
  await open("home");
  await page.evaluate((theme) => localStorage.setItem("theme", theme), other(colorScheme));
  await page.addInitScript(() => {
    // The ground in every frame that is drawn, from the first on.
    window.grounds = [];
    const look = () => {
      if (document.body) window.grounds.push(getComputedStyle(document.body).backgroundColor);
      if (window.grounds.length < 30) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.route("**/assets/script*.js", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.continue();
  });
  await page.goto(pageOf("article").address);
  await page.waitForFunction(() => window.grounds.length >= 30);
  const seen = await page.evaluate(() => {
    const script = performance.getEntriesByType("resource").find((entry) => /script.*\.js/.test(entry.name));
    const paint = performance.getEntriesByName("first-paint")[0];
    return { grounds: [...new Set(window.grounds)], script: script.responseEnd, paint: paint.startTime };
  });
  expect(seen.grounds).toHaveLength(1);
  expect(await isDark(page)).toBe(colorScheme !== "dark");
  expect(seen.paint).toBeGreaterThanOrEqual(seen.script);
});
