import { chromium } from "playwright-core";
const [base, out, ...names] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const sizes = { d: { viewport: { width: 1350, height: 900 } }, p: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 1.5 } };
// name=path:size:scheme[:full][:scrollY]
for (const one of names) {
  const [name, rest] = one.split("=");
  const [path, size, scheme, mode, y] = rest.split("|");
  const ctx = await browser.newContext({ ...sizes[size], colorScheme: scheme === "dark" ? "dark" : "light" });
  const page = await ctx.newPage();
  await page.goto(base + path);
  if (y) await page.evaluate((y) => scrollTo(0, y), Number(y));
  if (mode === "search") { await page.keyboard.press("Control+k"); await page.waitForSelector("dialog.search input"); await page.keyboard.type(y || "contract"); }
  if (mode === "menu") await page.click(".menu");
  await page.waitForTimeout(mode === "search" ? 900 : 300);
  await page.screenshot({ path: `${out}/${name}.png`, fullPage: mode === "full" });
  await ctx.close();
}
await browser.close();
