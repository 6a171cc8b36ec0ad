// The door of all browser tests: a page that must stay without faults, and what the tests ask of it.
import { test as plain, expect } from "@playwright/test";
import { isRedirect, pageOf } from "./site.js";

export { expect };

export const test = plain.extend({
  /** What went wrong on the page; a test fails where anything did, unless it says `faults.stop()`. */
  faults: [
    async ({ page, baseURL }, use) => {
      const faults = [];
      let watching = true;
      const note = (fault) => watching && faults.push(fault);
      const host = new URL(baseURL).host;
      page.on("console", (message) => {
        if (message.type() !== "error" && message.type() !== "warning") return;
        // The browser says so of the document itself, where a test asks for a page that is not there.
        const ofDocument = message.location().url === page.url() && /status of 404/.test(message.text());
        if (!ofDocument) note(`console: ${message.text()}`);
      });
      // The browser's own word that it was too late to fade one page into the next: the page is there all the same.
      const tooLate = /^Transition was (aborted|skipped)/;
      page.on("pageerror", (error) => tooLate.test(error.message) || note(`script: ${error.message}`));
      page.on("requestfailed", (request) => {
        // Whatever still loads is aborted when a test leaves the page.
        const reason = request.failure()?.errorText;
        if (reason !== "net::ERR_ABORTED") note(`failed: ${request.url()} ${reason}`);
      });
      page.on("response", (response) => {
        if (response.status() >= 400 && !response.request().isNavigationRequest()) note(`${response.status()}: ${response.url()}`);
      });
      page.on("request", (request) => {
        const url = new URL(request.url());
        if (/^(https?|wss?):$/.test(url.protocol) && url.host !== host) note(`another host: ${url}`);
      });
      await page.addInitScript(() => {
        addEventListener("securitypolicyviolation", (event) => {
          console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
        });
      });
      await use({ stop: () => (watching = false) });
      expect(faults).toEqual([]);
    },
    { auto: true },
  ],

  /** Opens the page that stands for a template; a redirect is held, so that it can be looked at. */
  open: async ({ page }, use) => {
    await use(async (kind) => {
      const { address, html } = pageOf(kind);
      if (isRedirect(html)) {
        const target = html.match(/url=([^"]+)"/)[1];
        await page.route((url) => url.pathname === target, (route) => route.fulfill({ status: 204 }));
      }
      await page.goto(address);
      return address;
    });
  },

  /** Whether this run is the phone's. */
  onPhone: async ({ isMobile }, use) => use(Boolean(isMobile)),
});

/** A colour as the browser computed it: how bright it is, from 0 to 1 (WCAG 2.2, "relative luminance"). */
export function brightness(colour) {
  const [red, green, blue] = colour.match(/[\d.]+/g).map(Number);
  const linear = (part) => ((part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** How bright the page's ground is, and its text. */
export async function tones(page) {
  const colours = await page.evaluate(() => {
    const style = getComputedStyle(document.body);
    return [style.backgroundColor, style.color];
  });
  // A ground that is not painted is the canvas: paper.
  const [ground, text] = colours.map((colour) => (colour === "rgba(0, 0, 0, 0)" ? 1 : brightness(colour)));
  return { ground, text };
}

/** Does what a reader does first on any page, and waits for the scripts that come then. */
export async function stir(page) {
  const came = page.waitForFunction(() => {
    const later = document.querySelector("script[data-later]").dataset.later.match(/\S+\.js/g) ?? [];
    return later.every((address) => performance.getEntriesByName(new URL(address, location.href).href).length > 0);
  });
  await page.evaluate(() => dispatchEvent(new Event("scroll")));
  await came;
}
