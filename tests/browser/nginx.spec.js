// Behind nginx with the policy that publishing writes: everything works, and nothing is refused.
import { test, expect } from "./nginx.js";
import { TEMPLATES, isRedirect, pageOf } from "./site.js";

test("the policy is strict, and every kind of page keeps to it", async ({ page, nginx }) => {
  expect(nginx.headers).toMatch(/Content-Security-Policy "default-src 'none'; script-src 'self'; style-src 'self'/);
  expect(nginx.headers).not.toMatch(/unsafe/);
  for (const kind of TEMPLATES) {
    const { address, html } = pageOf(kind);
    if (isRedirect(html)) continue;
    const answer = await page.goto(nginx.address + address);
    expect(answer.headers()["content-security-policy"], kind).toContain("default-src 'none'");
    await expect(page.locator("h1").first()).toBeVisible();
    await expect(page.locator(".theme select")).toHaveCount(1);
  }
});

test("search, colours, previews and the lists of a page work under it", async ({ page, nginx }) => {
  await page.goto(`${nginx.address}articles/one-pipeline-two-clocks/`);
  await page.getByLabel("Colours").selectOption("dark");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.keyboard.press("/");
  await page.getByRole("searchbox").fill("contract");
  await expect(page.locator(".search-results mark").first()).toBeVisible();
  await page.getByRole("dialog").getByLabel("Topic").selectOption("governance");
  await expect(page.locator(".search-results a").first()).toBeVisible();
  await page.keyboard.press("Escape");
  // What waits for a reader comes with the pointer: a key that opens the search asks for the search alone.
  await page.mouse.move(200, 200);
  const image = page.locator(".prose img.zoomable").first();
  await image.click();
  await expect(page.locator("dialog.zoom")).toBeVisible();
  await page.keyboard.press("Escape");
  const link = page.locator('.prose a[href*="quality-gates"]').first();
  // A page that scrolls under the pointer shows no preview.
  await link.scrollIntoViewIfNeeded();
  await page.waitForTimeout(200);
  await link.hover();
  await expect(page.locator("#preview")).toBeVisible();
  await page.locator(".toc a").last().click();
  await expect(page.locator(".toc [aria-current]")).toHaveCount(1);
});

test("every construct works under it", async ({ page, nginx }) => {
  await page.goto(`${nginx.address}constructs/all/`);
  const tabs = page.locator(".tabs").first();
  await tabs.getByRole("tab").last().click();
  await expect(tabs.getByRole("tab").last()).toHaveAttribute("aria-selected", "true");
  await page.locator('a[role="doc-noteref"]').first().hover();
  await expect(page.locator(".note-pop")).toBeVisible();
  await expect(page.locator(".code .copy:visible").first()).toBeVisible();
});

test("a lost reader is offered the words of the address", async ({ page, nginx, faults }) => {
  // The page itself is answered with 404: the browser says so.
  faults.stop();
  const answer = await page.goto(`${nginx.address}articles/data-contract/`);
  expect(answer.status()).toBe(404);
  await page.locator("main").getByText("Search Docweave").click();
  await expect(page.getByRole("searchbox")).toHaveValue("data contract");
  await expect(page.locator(".search-results a").first()).toContainText("Data contracts that outlive the meeting");
});
