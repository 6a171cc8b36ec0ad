// The door of the tests behind a real web server: sites that were published for nginx, served with the headers that came along.
import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test as plain, expect } from "./page.js";
import { CONSTRUCTS, REPOSITORY } from "./site.js";

export { expect };

const BINARY = resolve(process.env.DOCWEAVE ?? `${REPOSITORY}/target/debug/docweave`);
const TYPES = "text/html html; text/css css; text/javascript js; application/json json; image/svg+xml svg; image/png png; text/plain txt md; application/manifest+json webmanifest;";

export const test = plain.extend({
  /** What of the repository is published: its own site below `/`, the one with every construct below `/constructs/`. */
  nginx: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), "docweave-nginx-"));
      const port = await freePort();
      const address = `http://127.0.0.1:${port}/`;
      const sources = ["site.toml", "content", "data", "themes"];
      publish(join(folder, "own"), sources.map((name) => [join(REPOSITORY, name), name]), address, join(folder, "www"));
      publish(join(folder, "other"), [[CONSTRUCTS, "."]], `${address}constructs/`, join(folder, "www/constructs"));
      const server = await serve(folder, port);
      await use({ address, headers: readFileSync(join(folder, "www/nginx.conf"), "utf8") });
      const ended = new Promise((done) => server.on("exit", done));
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
  baseURL: async ({ nginx }, use) => use(nginx.address),
});

function publish(folder, files, address, to) {
  for (const [from, name] of files) if (existsSync(from)) cpSync(from, join(folder, name), { recursive: true });
  appendFileSync(join(folder, "site.toml"), `\n[publish.nginx]\nto = "${to}"\nbase_url = "${address}"\nhost = "nginx"\n`);
  execFileSync(BINARY, ["publish", "nginx", "--root", folder], { stdio: ["ignore", "ignore", "inherit"] });
}

function freePort() {
  const server = createServer();
  return new Promise((found) => server.listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => found(port));
  }));
}

async function serve(folder, port) {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join(" ");
  const config = `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events {}
http {
  access_log off; gzip on; gzip_types *; types { ${TYPES} } ${temporary}
  server { listen 127.0.0.1:${port}; root ${folder}/www; include ${folder}/www/nginx.conf; }
}
`;
  writeFileSync(join(folder, "main.conf"), config);
  const program = existsSync("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
  const server = spawn(program, ["-e", join(folder, "error.log"), "-p", folder, "-c", join(folder, "main.conf")], { stdio: "ignore" });
  for (let tries = 0; !(await listens(port)); tries += 1) {
    if (tries > 200) throw new Error(`nginx does not start: ${readFileSync(join(folder, "error.log"), "utf8")}`);
    await new Promise((done) => setTimeout(done, 50));
  }
  return server;
}

function listens(port) {
  return new Promise((known) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => socket.end(() => known(true)));
    socket.on("error", () => known(false));
  });
}
