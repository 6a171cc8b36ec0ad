// Every view on a desktop and on a phone, in light and in dark. What no colour changes (`@layout`) runs in light alone, and
// what needs no browser once, as the project `files`; so do the live preview, which looks at its own signs in all of them, and
// sites of their own, as `alone`.
import { execFileSync } from "node:child_process";
import { defineConfig } from "@playwright/test";

// The system's browser: none is downloaded.
function chromium() {
  for (const name of ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]) {
    try {
      return execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
    } catch {
      // The next name, then.
    }
  }
  throw new Error("no chromium in PATH: install it, or run ./tests/run, which does");
}

const desktop = { viewport: { width: 1350, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const files = ["**/files.spec.js", "**/reports.spec.js"];
const alone = ["**/preview.spec.js", "**/moved.spec.js", "**/nginx.spec.js", "**/untrusted.spec.js"];
const once = [...files, ...alone];
const onDesktop = { testIgnore: [...once, "**/phone.spec.js"] };
const onPhone = { testIgnore: once };
const colours = { grepInvert: /@layout/ };

export default defineConfig({
  testDir: ".",
  outputDir: "out/results",
  globalSetup: "./setup.js",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  // A slow machine with more to do takes a multiple of the time of others; what ends waits for nothing.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [[process.stdout.isTTY ? "line" : "dot"], ["json", { outputFile: "out/report.json" }]],
  use: {
    baseURL: process.env.DOCWEAVE_SITE_URL,
    launchOptions: {
      executablePath: chromium(),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "files", testMatch: files },
    { name: "alone", testMatch: alone, use: { ...desktop, colorScheme: "light" } },
    { name: "desktop-light", ...onDesktop, use: { ...desktop, colorScheme: "light" } },
    { name: "desktop-dark", ...onDesktop, ...colours, use: { ...desktop, colorScheme: "dark" } },
    { name: "phone-light", ...onPhone, use: { ...phone, colorScheme: "light" } },
    { name: "phone-dark", ...onPhone, ...colours, use: { ...phone, colorScheme: "dark" } },
  ],
});
