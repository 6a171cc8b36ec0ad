// Builds the repository's own site with the binary under test, for the address at which it is then served.
import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { FOLDER, PREFIX, REPOSITORY } from "./site.js";
import { serve } from "./server.js";

export default async function setup() {
  const binary = resolve(process.env.DOCWEAVE ?? `${REPOSITORY}/target/debug/docweave`);
  if (!existsSync(binary)) throw new Error(`no docweave at ${binary}: say in DOCWEAVE where it is`);
  rmSync(FOLDER, { recursive: true, force: true });
  const server = await serve(FOLDER, PREFIX);
  const address = `http://127.0.0.1:${server.address().port}${PREFIX}`;
  execFileSync(binary, ["build", "--quiet", "--no-cache", "--output", FOLDER, "--base-url", address], {
    cwd: REPOSITORY,
    stdio: "inherit",
  });
  // Workers inherit the environment of this process.
  process.env.DOCWEAVE_SITE_URL = address;
  return () => server.close();
}
