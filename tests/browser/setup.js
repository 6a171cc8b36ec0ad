// Builds two sites with the binary under test, for the addresses at which they are then served: the repository's own, and
// `constructs`, of which one page holds every construct.
import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { CONSTRUCTS, CONSTRUCTS_FOLDER, FOLDER, PREFIX, REPOSITORY } from "./site.js";
import { serve } from "./server.js";

export default async function setup() {
  const binary = resolve(process.env.DOCWEAVE ?? `${REPOSITORY}/target/debug/docweave`);
  if (!existsSync(binary)) throw new Error(`no docweave at ${binary}: say in DOCWEAVE where it is`);
  const own = await build(binary, REPOSITORY, FOLDER);
  const constructs = await build(binary, CONSTRUCTS, CONSTRUCTS_FOLDER);
  // Workers inherit the environment of this process.
  process.env.DOCWEAVE_SITE_URL = own.address;
  process.env.DOCWEAVE_CONSTRUCTS_URL = constructs.address;
  return () => [own, constructs].forEach(({ server }) => server.close());
}

async function build(binary, source, folder) {
  rmSync(folder, { recursive: true, force: true });
  const server = await serve(folder, PREFIX);
  const address = `http://127.0.0.1:${server.address().port}${PREFIX}`;
  execFileSync(binary, ["build", "--quiet", "--no-cache", "--output", folder, "--base-url", address], {
    cwd: source,
    stdio: "inherit",
  });
  return { server, address };
}
