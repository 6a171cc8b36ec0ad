// The live preview in a browser: what is saved is what is seen, and nothing else is lost.
import AxeBuilder from "@axe-core/playwright";
import { test, expect, SITE, article } from "./preview.js";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const B = "# B\n\nOther words. See [A](a.md).\n";

test("a save changes the page in place and leaves the reader's part of it", async ({ page, serve, loads }) => {
  const preview = await serve({
    "content/a.md": article(),
    "themes/default/templates/slots/header.html": '<label>Name <input id="name"></label>',
  });
  await page.goto(`${preview.address}a/`);
  await page.locator(".prose details").evaluate((details) => (details.open = true));
  await page.getByRole("tab", { name: "Windows" }).click();
  await page.getByLabel("Name").fill("half written");
  // What opens or moves has done so: the browser itself keeps what is read in its place meanwhile.
  await page.evaluate(async () => {
    window.code = document.querySelector(".code");
    await Promise.all(document.getAnimations().map((one) => Promise.race([one.finished, new Promise((done) => setTimeout(done, 2000))])));
    scrollTo({ top: 350, behavior: "instant" });
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
  preview.save({ "content/a.md": article({ intro: "second", end: "the last" }) });
  await expect(page.locator(".prose")).toContainText("Intro second.");
  await expect(page.locator(".prose details")).toHaveAttribute("open");
  await expect(page.locator(".prose details")).toContainText("Inside second.");
  await expect(page.getByRole("tab", { name: "Windows" })).toHaveAttribute("aria-selected", "true");
  await expect(page.locator(".tab:not([hidden])")).toContainText("On Windows second.");
  await expect(page.getByLabel("Name")).toHaveValue("half written");
  await expect(page.getByLabel("Name")).toBeFocused();
  expect(await page.evaluate(() => scrollY)).toBe(350);
  await expect(page.locator(".code code")).toContainText("the last");
  await expect(page.locator(".code .copy")).toHaveCount(1);
  expect(await page.evaluate(() => window.code === document.querySelector(".code"))).toBe(true);
  expect(loads.count).toBe(1);
});

test("what comes into a page works as if it had been there", async ({ page, serve, loads }) => {
  const preview = await serve({ "content/a.md": "+++\ndescription = \"d\"\n+++\n# A\n\nNothing yet.\n" });
  await page.goto(`${preview.address}a/`);
  await expect(page.locator(".prose")).toContainText("Nothing yet.");
  preview.save({ "content/a.md": article() });
  await expect(page.getByRole("tab")).toHaveText(["Linux", "Windows"]);
  await page.getByRole("tab", { name: "Windows" }).click();
  await expect(page.locator(".tab:not([hidden])")).toContainText("On Windows");
  await expect(page.locator(".code .copy")).toHaveCount(1);
  await expect(page.locator(".toc a")).toHaveText(["One", "Two", "Three"]);
  await page.locator("#two").evaluate((heading) => heading.scrollIntoView());
  await expect(page.locator(".toc [aria-current]")).toHaveText("Two");
  // A tab that is renamed keeps its place, one that goes takes its button with it.
  preview.save({ "content/a.md": article().replace("tab Linux", "tab Debian") });
  await expect(page.getByRole("tab")).toHaveText(["Debian", "Windows"]);
  await expect(page.getByRole("tab", { name: "Windows" })).toHaveAttribute("aria-selected", "true");
  preview.save({ "content/a.md": article().replace(/::: tab Windows[^:]*:::\n/, "") });
  await expect(page.getByRole("tab")).toHaveText(["Linux"]);
  await expect(page.locator(".tab:not([hidden])")).toContainText("On Linux");
  expect(loads.count).toBe(1);
});

test("styles and pictures are exchanged without a flash", async ({ page, serve, loads }) => {
  const picture = (colour) => `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><path fill="${colour}" d="M0 0h40v40H0z"/></svg>`;
  const preview = await serve({
    "content/a.md": "# A\n\n![a square](/square.svg)\n",
    "static/square.svg": picture("red"),
    "static/own.css": "main { border: 3px solid rgb(255, 0, 0) }",
    "themes/default/templates/slots/head.html": '<link rel="stylesheet" href="{{ site.base_path | default(value=\'/docs/\') }}own.css">',
  });
  await page.goto(`${preview.address}a/`);
  const border = () => page.evaluate(() => getComputedStyle(document.querySelector("main")).borderTopColor);
  expect(await border()).toBe("rgb(255, 0, 0)");
  await page.evaluate(() => {
    window.seen = new Set();
    const look = () => {
      const style = getComputedStyle(document.querySelector("main"));
      window.seen.add(`${style.borderTopStyle} ${style.borderTopColor}`);
      requestAnimationFrame(look);
    };
    look();
  });
  preview.save({ "static/own.css": "main { border: 3px solid rgb(0, 0, 255) }" });
  await expect.poll(border).toBe("rgb(0, 0, 255)");
  await expect(page.locator("link[href*='own.css']")).toHaveCount(1);
  expect(await page.evaluate(() => [...window.seen])).toEqual(["solid rgb(255, 0, 0)", "solid rgb(0, 0, 255)"]);
  preview.save({ "static/square.svg": picture("blue") });
  const colour = () =>
    page.locator(".prose img").evaluate(async (image) => {
      await image.decode();
      const paper = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
      paper.drawImage(image, 0, 0);
      return [...paper.getImageData(0, 0, 1, 1).data].join();
    });
  await expect.poll(colour).toBe("0,0,255,255");
  // The theme's own style sheet has another address each time.
  preview.save({ "site.toml": `${SITE}\n[css.variables]\nmeasure = "30rem"\n` });
  await expect.poll(() => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--measure").trim())).toBe("30rem");
  expect(await page.evaluate(() => window.seen.size)).toBe(2);
  expect(loads.count).toBe(1);
});

test("a change out of sight is gone to and marked, one in sight moves nothing", async ({ page, serve }) => {
  const preview = await serve({ "content/a.md": article(), "content/b.md": B });
  await page.goto(`${preview.address}a/`);
  const marked = () => page.evaluate(() => document.getAnimations().find(({ id }) => id === "docweave-changed")?.effect.target.id);
  preview.save({ "content/a.md": article({ intro: "in sight" }) });
  await expect(page.locator(".prose")).toContainText("Intro in sight.");
  expect(await page.evaluate(() => scrollY)).toBe(0);
  preview.save({ "content/a.md": article({ intro: "in sight", middle: "something else" }) });
  await expect(page.locator("#two")).toBeInViewport();
  await expect.poll(marked).toBe("two");
  await expect(page.getByText("It says something else.")).toBeInViewport();
  // Another article that changes what stands below this one moves nothing.
  await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
  preview.save({ "content/b.md": B.replace("Other", "Wholly other").replace("# B", "# Better") });
  await expect(page.locator("main")).toContainText("Better");
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test("errors stand over the last good page, all at once, until they are mended", async ({ page, serve, loads }) => {
  const preview = await serve({ "content/a.md": article(), "content/b.md": B }, "--editor", "x-edit://{path}?at={line}:{column}");
  await page.goto(`${preview.address}a/`);
  preview.save({ "content/a.md": '+++\ntitle = 1\nweight = "<b>x"\n+++\n# A\n', "content/b.md": "+++\nnonsense\n" });
  const errors = page.getByRole("region", { name: "What is wrong with the site" });
  await expect(errors).toBeVisible();
  await expect(errors.locator("strong")).toHaveText("3 errors");
  await expect(errors.locator("pre").nth(1)).toContainText('weight = "<b>x"');
  await expect(errors.locator("mark").nth(1)).toHaveText('"<b>x"');
  const link = errors.getByRole("link", { name: "content/a.md:3:10" });
  expect(await link.getAttribute("href")).toMatch(/^x-edit:\/\/\/.*\/content\/a\.md\?at=3:10$/);
  await expect(page.locator(".prose")).toContainText("Intro first.");
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    const { violations } = await new AxeBuilder({ page }).include("docweave-preview").withTags(RULES).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`)).toEqual([]);
  }
  // On a phone all of it is within the screen.
  await page.setViewportSize({ width: 360, height: 640 });
  expect(await errors.evaluate((one) => one.scrollWidth <= innerWidth && one.getBoundingClientRect().top > 0)).toBe(true);
  // Put away, they leave a sign behind.
  await page.keyboard.press("Escape");
  await expect(errors).toBeHidden();
  await page.getByRole("button", { name: "3 errors" }).click();
  await expect(errors).toBeVisible();
  preview.save({ "content/a.md": article({ intro: "mended" }), "content/b.md": B });
  await expect(errors).toBeHidden();
  await expect(page.locator(".prose")).toContainText("Intro mended.");
  expect(loads.count).toBe(1);
});

test("a site that has never been built is mended under the reader's eyes", async ({ page, serve }) => {
  const preview = await serve({ "site.toml": "title = [", "content/a.md": article() });
  await page.goto(`${preview.address}docs/a/`);
  const errors = page.getByRole("region", { name: "What is wrong with the site" });
  await expect(errors).toContainText("site.toml:1:");
  preview.save({ "site.toml": "title = 3\n" });
  await expect(errors).toContainText("expected a string");
  preview.save({ "site.toml": SITE });
  await expect(page.locator(".prose")).toContainText("Intro first.");
  await expect(errors).toBeHidden();
});

test("warnings of the page are a sign that can be closed", async ({ page, serve }) => {
  const preview = await serve({ "content/a.md": "# A\n\n[x](nowhere.md)\n", "content/b.md": "# B\n\n[y](void.md) [A](a.md)\n" });
  await page.goto(`${preview.address}a/`);
  const sign = page.getByRole("button", { name: "1 warning" });
  await sign.click();
  const list = page.getByRole("list", { name: "Warnings about this page" });
  await expect(list).toContainText("nowhere.md");
  await expect(list).not.toContainText("void.md");
  const { violations } = await new AxeBuilder({ page }).include("docweave-preview").withTags(RULES).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await page.getByRole("button", { name: "Close the warnings" }).click();
  await expect(sign).toBeHidden();
  preview.save({ "content/a.md": "# A\n\nMore.\n\n[x](nowhere.md)\n" });
  await expect(page.locator(".prose")).toContainText("More.");
  await expect(sign).toBeHidden();
  preview.save({ "content/a.md": "# A\n\nMore.\n\n[x](nowhere.md) [z](nil.md)\n" });
  await expect(page.getByRole("button", { name: "2 warnings" })).toBeVisible();
  preview.save({ "content/a.md": "# A\n\nNone.\n" });
  await expect(page.getByRole("button", { name: "2 warnings" })).toBeHidden();
});

test("browsers follow what is saved where they were asked to", async ({ page, context, serve }) => {
  const preview = await serve({ "content/a.md": article(), "content/b.md": B }, "--follow");
  const other = await context.newPage();
  await page.goto(preview.address);
  await other.goto(`${preview.address}a/`);
  preview.save({ "content/b.md": `${B}\nMore.\n` });
  for (const one of [page, other]) {
    await expect(one).toHaveURL(`${preview.address}b/`);
    await expect(one.locator(".prose")).toContainText("More.");
  }
  preview.save({ "content/new.md": "# New\n\nJust begun.\n" });
  await expect(page).toHaveURL(`${preview.address}new/`);
  // Where several are saved at once, nobody knows which is meant.
  preview.saveAtOnce({ "content/a.md": article({ intro: "x" }), "content/b.md": B });
  await expect.poll(async () => (await page.request.get(`${preview.address}a/`)).text()).toContain("Intro x.");
  await page.waitForTimeout(300);
  await expect(page).toHaveURL(`${preview.address}new/`);
});

test("tabs that slept, and those whose server went away, catch up", async ({ page, browser, serve, loads }) => {
  const preview = await serve({ "content/a.md": article(), "content/b.md": B });
  const elsewhere = await browser.newPage();
  await elsewhere.goto(`${preview.address}a/`);
  await page.goto(`${preview.address}a/`);
  await expect.poll(() => page.evaluate(() => document.readyState)).toBe("complete");
  const sleep = (hidden) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  await sleep(true);
  for (const intro of ["one", "two", "three"]) {
    preview.save({ "content/a.md": article({ intro }) });
    await expect(elsewhere.locator(".prose")).toContainText(`Intro ${intro}.`);
  }
  await expect(page.locator(".prose")).toContainText("Intro first.");
  await sleep(false);
  await expect(page.locator(".prose")).toContainText("Intro three.");
  await preview.stop();
  preview.save({ "content/a.md": article({ intro: "four" }) });
  await preview.start();
  for (const one of [page, elsewhere]) await expect(one.locator(".prose")).toContainText("Intro four.");
  await elsewhere.close();
  expect(loads.count).toBe(1);
});

test("the writer's panel says what is known of the page", async ({ page, serve }) => {
  const preview = await serve({
    "content/a.md": article(),
    "content/b.md": `${B}\n## Below\n\nAgain [A](a.md), a soup in a pan of the kitchen, with a few more words so that it has enough.\n`,
  });
  await page.goto(`${preview.address}a/`);
  const panel = page.getByRole("complementary", { name: "The writer's panel" });
  await expect(page.locator(".prose")).toContainText("Intro first.");
  await expect(panel).toBeHidden();
  await page.keyboard.press("Alt+p");
  await expect(panel).toContainText("content/a.md");
  await expect(panel).toContainText(/\d+ words, about \d+ minutes? to read/);
  await expect(panel).toContainText("text says: soup, pan");
  await expect(panel).toContainText("below “Below”");
  await expect(panel).toContainText("it links to this page");
  await expect(panel).toContainText("made by the first build of this preview");
  preview.save({ "content/a.md": article({ intro: "second" }) });
  await expect(panel).toContainText("body: its text");
  await expect(panel).toContainText("saved: content/a.md");
  await expect(panel).toContainText(/render[\d.]+ ms/);
  const { violations } = await new AxeBuilder({ page }).include("docweave-preview").withTags(RULES).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await page.goto(`${preview.address}b/`);
  await expect(panel).toContainText("content/b.md");
  await page.keyboard.press("Alt+p");
  await expect(panel).toBeHidden();
});

test("the panel tells of a topic's page which articles it has, and why", async ({ page, serve }) => {
  const preview = await serve({
    "content/a.md": '+++\ntopics = ["cooking"]\n+++\n# A\n\nText.\n',
    "content/b.md": "# B\n\n## Broth {#broth topics=\"cooking\"}\n\nText.\n",
  });
  await page.goto(`${preview.address}topics/cooking/`);
  const panel = page.getByRole("complementary", { name: "The writer's panel" });
  await page.keyboard.press("Alt+p");
  await expect(panel).toContainText("The page of the topic cooking, which site.toml declares.");
  await expect(panel.getByRole("listitem").filter({ hasText: "the article: written in the front matter" })).toContainText("A");
  await expect(panel.getByRole("listitem").filter({ hasText: "“Broth”: written on the heading" })).toContainText("B");
  preview.save({ "content/topics/cooking.md": "# Cooking\n\nA few words on it.\n" });
  await expect(panel).toContainText("content/topics/cooking.md");
  await expect(panel).toContainText(/\d+ words, about 1 minute/);
});

test("the sheet of errors and the open panel do not cover each other", async ({ page, serve }) => {
  const preview = await serve({ "content/a.md": article() }, "--panel");
  await page.goto(`${preview.address}a/`);
  const panel = page.getByRole("complementary", { name: "The writer's panel" });
  const sheet = page.getByRole("region", { name: "What is wrong with the site" });
  await expect(panel).toContainText("content/a.md");
  preview.save({ "content/a.md": "+++\nnonsense\n" });
  for (const size of [{ width: 1350, height: 900 }, { width: 390, height: 844 }]) {
    await page.setViewportSize(size);
    await expect(sheet).toBeVisible();
    // The panel is drawn anew after the save: one that is taken out in the middle of it has no box.
    await expect(async () => {
      const [one, other] = [await panel.boundingBox(), await sheet.boundingBox()];
      expect(one).not.toBeNull();
      const apart = other.x + other.width <= one.x + 1 || other.y + other.height <= one.y + 1;
      expect(apart, JSON.stringify([one, other])).toBe(true);
      expect(other.width).toBeGreaterThan(300);
      expect(other.height).toBeGreaterThan(120);
    }).toPass({ timeout: 5000 });
  }
});

test("an open search finds what was just saved", async ({ page, serve, loads }) => {
  const preview = await serve({ "content/a.md": "# A\n\nNothing yet.\n", "content/b.md": B });
  await page.goto(`${preview.address}b/`);
  await page.keyboard.press("/");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("searchbox").fill("xylophone");
  await expect(dialog.getByRole("status")).toContainText("Nothing found");
  preview.save({ "content/a.md": "# A\n\nA xylophone has come.\n" });
  await expect(dialog.locator(".search-results a").first()).toContainText("A");
  await expect(dialog.getByRole("searchbox")).toHaveValue("xylophone");
  preview.save({ "content/a.md": "# A\n\nGone again.\n" });
  await expect(dialog.getByRole("status")).toContainText("Nothing found");
  expect(loads.count).toBe(1);
});

test("a save takes no hold of a page that is being scrolled", async ({ page, serve }) => {
  const preview = await serve({ "content/a.md": article() });
  await page.goto(`${preview.address}a/`);
  await expect(page.locator(".prose")).toContainText("Intro first.");
  await page.evaluate(() => {
    scrollTo({ top: 900, behavior: "instant" });
    window.back = 0;
    window.frames = 0;
    let last = scrollY;
    // A scroll that goes on, as a smooth one does, and does not come to an end before the save is seen.
    const step = () => {
      window.back = Math.max(window.back, last - scrollY);
      scrollBy({ top: window.frames++ % 2 ? 2 : -2, behavior: "instant" });
      last = scrollY;
      window.going = requestAnimationFrame(step);
    };
    step();
  });
  preview.save({ "content/a.md": article({ intro: "second" }) });
  await expect(page.locator(".prose")).toContainText("Intro second.");
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => window.back)).toBeLessThan(8);
  // At rest the next change is gone to.
  await page.evaluate(() => cancelAnimationFrame(window.going));
  await page.waitForTimeout(300);
  preview.save({ "content/a.md": article({ intro: "third" }) });
  await expect(page.getByText("Intro third.")).toBeInViewport();
});

test("the panel is open from the start where that was asked for, and is in no build", async ({ page, serve }) => {
  const preview = await serve({ "content/a.md": article() }, "--panel", "--editor", "none");
  await page.goto(`${preview.address}a/`);
  const panel = page.getByRole("complementary", { name: "The writer's panel" });
  await expect(panel).toContainText("content/a.md");
  await expect(panel.getByRole("link", { name: "content/a.md" })).toHaveCount(0);
  expect(preview.built("a/index.html")).not.toContain("__docweave");
});

test("any tree becomes any other, and what scripts put into it stays", async ({ page, serve }) => {
  const preview = await serve({ "content/a.md": article() });
  await page.goto(`${preview.address}a/`);
  const wrong = await page.evaluate(async (script) => {
    const { pair, morph } = await import(script);
    let seed = 7;
    const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
    const grow = (depth) => {
      const node = document.createElement(["p", "div", "ul", "b"][random(4)]);
      if (random(3) === 0) node.id = `id${random(9)}`;
      if (random(3) === 0) node.className = ["x", "y", "x y"][random(3)];
      for (let count = random(5); count > 0; count -= 1) node.append(depth > 0 && random(3) ? grow(depth - 1) : `text ${random(6)} `);
      return node;
    };
    const alter = (node) => {
      const copy = node.cloneNode(true);
      for (let edits = 1 + random(4); edits > 0; edits -= 1) {
        const all = [copy, ...copy.querySelectorAll("*")];
        const [one, other] = [all[random(all.length)], all[random(all.length)]];
        const kind = random(5);
        if (kind === 0) one.append(grow(1));
        else if (kind === 1) one.prepend(`new ${random(9)} `);
        else if (kind === 2 && one !== copy) one.remove();
        else if (kind === 3) one.setAttribute("data-x", random(5));
        else if (!other.contains(one) && !one.contains(other)) other.before(one);
      }
      return copy;
    };
    const wrong = [];
    for (let round = 0; round < 1500; round += 1) {
      const from = grow(4);
      const live = from.cloneNode(true);
      // Every second time a script has been there.
      if (round % 2) {
        const all = [live, ...live.querySelectorAll("*")];
        const button = Object.assign(document.createElement("button"), { textContent: "copy" });
        all[random(all.length)].append(button);
        all[random(all.length)].setAttribute("hidden", "");
      }
      pair(from, live);
      for (let step = 0; step < 4; step += 1) {
        const to = random(6) ? alter(from) : grow(4);
        if (to.nodeName !== from.nodeName) continue;
        morph(from, to);
        const rest = live.cloneNode(true);
        for (const one of rest.querySelectorAll("button")) one.remove();
        for (const one of [rest, ...rest.querySelectorAll("[hidden]")]) one.removeAttribute("hidden");
        for (const one of rest.querySelectorAll('[class=""]')) one.removeAttribute("class");
        if (rest.getAttribute("class") === "") rest.removeAttribute("class");
        rest.normalize();
        const expected = to.cloneNode(true);
        expected.normalize();
        const sort = (html) => html.replace(/<(\w+)((?: [\w-]+="[^"]*")+)/g, (_, name, list) => `<${name}${list.match(/ [\w-]+="[^"]*"/g).sort().join("")}`);
        if (!from.isEqualNode(to) || sort(rest.outerHTML) !== sort(expected.outerHTML)) wrong.push([round, to.outerHTML, live.outerHTML]);
      }
    }
    return wrong.slice(0, 3);
  }, `${preview.address}__docweave/morph.js`);
  expect(wrong).toEqual([]);
});

// DOCWEAVE_SAVES=1000 is the long form.
test("after many saves the page is what a build from nothing writes", async ({ page, serve, loads }) => {
  const saves = Number(process.env.DOCWEAVE_SAVES ?? 60);
  test.setTimeout(60_000 + saves * 2000);
  const count = 100;
  const texts = Array.from({ length: count }, (_, at) => text(at, 0));
  const name = (at) => `content/many/${at}.md`;
  const preview = await serve({ "content/many/_index.md": "# Many\n", ...Object.fromEntries(texts.map((one, at) => [name(at), one])) });
  const address = `${preview.address}many/7/`;
  await page.goto(address);
  await expect(page.locator(".prose")).toContainText("Save 0 of 7.");
  let seed = 1;
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  const before = saves >= 1000 ? await settledMemory() : 0;
  for (let save = 1; save <= saves; save += 1) {
    // Every twentieth is a burst of all files; every third is of the page that is open.
    const concerned = save % 20 === 0 ? texts.map((_, at) => at) : [save % 3 === 0 ? 7 : random(count)];
    for (const at of concerned) texts[at] = text(at, save);
    preview.save(Object.fromEntries(concerned.map((at) => [name(at), texts[at]])));
    if (concerned.includes(7)) await expect(page.locator(".prose")).toContainText(`Save ${save} of 7.`);
    else if (save % 5 === 0) await page.waitForTimeout(random(40));
  }
  const plain = (html) => html.replace(/<script type="module" src="[^"]*__docweave[^>]*><\/script>/, "");
  const served = async () => plain(await (await page.request.get(address)).text());
  await expect.poll(served, { timeout: 20_000 }).toBe(preview.built("many/7/index.html"));
  // As the page stands after all patches, so it stands when it is loaded anew.
  const shown = () =>
    page.evaluate(() => {
      const copy = document.body.cloneNode(true);
      for (const one of copy.querySelectorAll("script, .note-pop, p.unseen")) one.remove();
      for (const one of copy.querySelectorAll("[data-now], [aria-current=location], [style]")) {
        delete one.dataset.now;
        if (one.ariaCurrent === "location") one.removeAttribute("aria-current");
        one.removeAttribute("style");
      }
      return copy.innerHTML.replace(/(tab|panel):\d+:/g, "$1:");
    });
  expect(loads.count).toBe(1);
  const patched = await shown();
  await page.reload();
  await expect(page.locator(".prose")).toContainText("of 7.");
  await expect.poll(shown).toBe(patched);
  if (saves >= 1000) expect(await settledMemory()).toBeLessThan(before * 1.1);

  // The first builds, one of all files among them, fill what later ones use again; and what was made is kept on disk when it is
  // quiet. The allocator gives back what is free in its own time: the least of three looks is what is in use.
  async function settledMemory() {
    const looks = [];
    for (let look = 0; look < 3; look += 1) {
      preview.save(Object.fromEntries(texts.map((_, at) => [name(at), text(at, -1)])));
      await page.waitForTimeout(1000);
      preview.save(Object.fromEntries(texts.map((one, at) => [name(at), one])));
      for (let round = 0; round < 20; round += 1) {
        preview.save({ [name(9)]: text(9, -round) });
        await page.waitForTimeout(150);
      }
      await page.waitForTimeout(2500);
      looks.push(preview.memory());
    }
    return Math.min(...looks);
  }

  function text(at, save) {
    const rows = Array.from({ length: (save + at) % 7 }, (_, row) => `| ${row} | ${save} |`).join("\n");
    const parts = [
      `Save ${save} of ${at}.`,
      `## Part ${save % 4}\n\nWords about ${["soup", "bread", "tea"][save % 3]}, and [another](${(at + save) % 10}.md).`,
      `- one\n- two ${save}\n- three`,
      rows && `| a | b |\n|---|---|\n${rows}`,
      "```sh\necho " + save + "\n```",
      save % 2 ? `::: tabs\n::: tab One ${save % 5}\nA.\n:::\n::: tab Two\nB ${save}.\n:::\n:::` : `> ${save} quoted`,
    ].filter(Boolean);
    const turn = save % parts.length;
    const body = [parts[0], ...parts.slice(turn), ...parts.slice(1, turn)];
    return `+++\ntitle = "Article ${at}, ${save % 3}"\ndescription = "d"\n+++\n${[...new Set(body)].join("\n\n")}\n`;
  }
});
