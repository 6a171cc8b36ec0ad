// A static host in small: one folder under a sub-path, compressed, with the strictest policy that a reader may meet.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { createGzip } from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".xml": "application/xml",
  ".txt": "text/plain; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".webmanifest": "application/manifest+json",
};

/** Serves `folder` under `prefix` (`/docs/`) on a free port of this machine; returns the server when it listens. */
export async function serve(folder, prefix) {
  const server = createServer((request, response) => {
    answer(folder, prefix, request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function answer(folder, prefix, request, response) {
  const path = normalize(decodeURIComponent(new URL(request.url, "http://host").pathname));
  if (!path.startsWith(prefix)) return send(response, 404, null);
  let file = join(folder, path.slice(prefix.length));
  let found = await stat(file).catch(() => null);
  if (found?.isDirectory()) {
    if (!path.endsWith("/")) return response.writeHead(301, { location: `${path}/` }).end();
    file = join(file, "index.html");
    found = await stat(file).catch(() => null);
  }
  if (found?.isFile()) send(response, 200, file);
  else send(response, 404, join(folder, "404.html"));
}

function send(response, status, file) {
  response.writeHead(status, {
    "content-security-policy": "default-src 'self'",
    "content-type": (file && TYPES[extname(file)]) || "application/octet-stream",
    "content-encoding": "gzip",
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
  });
  const zip = createGzip();
  zip.pipe(response);
  if (file) createReadStream(file).pipe(zip);
  else zip.end();
}
