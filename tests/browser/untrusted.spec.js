// Text that strangers wrote: a published list of attacks, each in every place where an article could hold it, on pages
// without a content security policy. None runs, and none looks like a part of the site.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "@playwright/test";
import { REPOSITORY } from "./site.js";
import { serve } from "./server.js";

test.use({ bypassCSP: true });

const binary = resolve(process.env.DOCWEAVE ?? `${REPOSITORY}/target/debug/docweave`);
const A_PAGE = 40;

/** The attacks of the Python package brs-kb, which `tests/run` installs. */
function attacks() {
  const script = "import brs_kb, json; print(json.dumps(sorted({p['payload'] for p in brs_kb.get_all_payloads().values()})))";
  const env = { ...process.env, PYTHONPATH: `${REPOSITORY}/tests/tools/installed` };
  return JSON.parse(execFileSync("python3", ["-c", script], { env, encoding: "utf8", maxBuffer: 1 << 26 }));
}

/** An attack in every place. Each stands in a file of its own, so that none hides the next. */
function part(attack) {
  const line = attack.replace(/\s+/g, " ");
  return `${attack}

Words ${line} words **${line}**.

- ${attack}

> ${attack}

| a | b |
| - | - |
| ${line.replaceAll("|", "\\|")} | c |

## ${line}

[a](<${line}>) [b](${line}) ![c](<${line}>) ![d](${line} "${line}") <${line}> [[${line}]] [[a|${line}]]

*Words*{title="${line}"} and ![e](x.png){${line}}.
{${line}}

:::note[${line}]{${line}}
${attack}
:::

<details>
<summary>${line}</summary>

${attack}

</details>

$${line}$ and ++${line}++ and ^${line}^ and \`${line}\`{.${line}}

\`\`\`html title="${line}" {1}
${attack}
\`\`\`

\`\`\`mermaid
flowchart LR
  A["${line}"] --> B
\`\`\`

[^1]: ${line}

Note[^1].
`;
}

/** A site of them, served; `markdown` is what its configuration says below that. */
async function site(attacks, markdown) {
  const folder = mkdtempSync(join(tmpdir(), "docweave-untrusted-"));
  mkdirSync(join(folder, "content/_parts"), { recursive: true });
  const out = join(folder, "public");
  const server = await serve(out, "/");
  const address = `http://127.0.0.1:${server.address().port}/`;
  writeFileSync(join(folder, "site.toml"), `title = "T"\nbase_url = "${address}"\ngit_dates = false\n[markdown]\n${markdown}\n`);
  writeFileSync(join(folder, "content/plain.md"), "+++\ntitle = 'Plain'\n+++\n\nWords.\n\n## The end {#the-end}\n\nWords.\n");
  attacks.forEach((attack, number) => writeFileSync(join(folder, `content/_parts/${number}.md`), part(attack)));
  const pages = [];
  for (let first = 0; first < attacks.length; first += A_PAGE) {
    const title = JSON.stringify(attacks[first].replace(/[\x00-\x1f\x7f]/g, " "));
    const includes = attacks.slice(first, first + A_PAGE).map((_, number) => `--8<-- "_parts/${first + number}.md"\n`);
    const text = `+++\ntitle = ${title}\ndescription = ${title}\n+++\n\n${includes.join("\n")}\n## The end {#the-end}\n\nWords.\n`;
    writeFileSync(join(folder, `content/p${first}.md`), text);
    pages.push(`${address}p${first}/`);
  }
  try {
    execFileSync(binary, ["build", "--quiet", "--no-cache"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });
  } catch (error) {
    const errors = String(error.stderr).split("\n").filter((line) => /error\[/.test(line));
    throw new Error(`the build failed: ${error.code ?? ""} ${errors.slice(0, 20).join("\n")}`);
  }
  const stop = () => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { address, pages, stop };
}

/** Whatever an attack would call tells of itself in `ran`. */
function hook() {
  window.ran = [];
  for (const name of ["alert", "confirm", "prompt", "print", "open"]) {
    window[name] = () => void window.ran.push(name);
  }
}

/** Fires what handlers wait for, and returns what ran and what should not be there. */
function look() {
  const body = document.querySelector("#the-end").parentElement;
  const found = [...window.ran];
  for (const element of body.querySelectorAll("*")) {
    const tag = element.outerHTML.slice(0, 200);
    if (/^(script|iframe|object|embed|base|meta|link|style|form|template|foreignobject|animate|set)$/i.test(element.localName)) {
      found.push(`an element: ${tag}`);
    }
    for (const { name, value } of element.attributes) {
      const isAddress = ["href", "src", "srcset", "action", "formaction", "data", "poster", "xlink:href", "cite"].includes(name);
      if (/^on/i.test(name)) found.push(`a handler: ${tag}`);
      // As the browser itself reads it.
      if (isAddress && URL.canParse(value, document.baseURI)) {
        const scheme = new URL(value, document.baseURI).protocol;
        if (!["http:", "https:", "mailto:", "tel:"].includes(scheme)) found.push(`an address: ${tag}`);
      }
    }
    for (const type of ["mouseover", "focus", "error", "toggle", "click"]) {
      const event = new Event(type, { bubbles: false, cancelable: true });
      if (type === "click") element.addEventListener("click", (event) => event.preventDefault(), { once: true });
      element.dispatchEvent(event);
    }
  }
  const chain = (element) => (element ? `${chain(element.parentElement)} ${element.localName}.${element.className}` : "");
  const landmarks = ["#the-end", "body > footer, footer", "main", "nav"].map((at) => chain(document.querySelector(at)));
  return { found: [...found, ...window.ran], landmarks, scripts: [...document.scripts].map((script) => script.src || script.type) };
}

async function visit(page, address) {
  await page.goto(address, { waitUntil: "load" });
  const seen = await page.evaluate(look);
  expect(page.url(), "nothing led away").toBe(address);
  return seen;
}

test("no attack of a published list runs, nor looks like a part of the site", async ({ page }) => {
  test.setTimeout(900_000);
  const list = attacks();
  expect(list.length).toBeGreaterThan(4000);
  const { address, pages, stop } = await site(list, "untrusted = true");
  await page.addInitScript(hook);
  await page.route((url) => url.host !== new URL(address).host, (route) => route.abort());
  const dialogs = [];
  page.on("dialog", (dialog) => (dialogs.push(dialog.message()), dialog.dismiss()));
  const plain = await visit(page, `${address}plain/`);
  for (const at of pages) {
    const seen = await visit(page, at);
    expect.soft(seen.found, at).toEqual([]);
    expect.soft(seen.landmarks, at).toEqual(plain.landmarks);
    const strange = seen.scripts.filter((script) => !plain.scripts.includes(script));
    expect.soft(strange.filter((script) => !script.startsWith(`${address}assets/`)), at).toEqual([]);
  }
  expect(dialogs).toEqual([]);
  stop();
});

test("the same attacks run where their authors are trusted", async ({ page }) => {
  test.setTimeout(120_000);
  const list = ["<img src=x onerror=alert(1)>", "<svg onload=alert(1)></svg>", "<b onmouseover=alert(1)>x</b>"];
  const { pages, stop } = await site(list, "highlight = true");
  await page.addInitScript(hook);
  const { found } = await visit(page, pages[0]);
  expect(found).toContain("alert");
  expect(found.some((what) => what.startsWith("a handler"))).toBe(true);
  stop();
});
