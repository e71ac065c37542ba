// Serves the app as a server of ours does: the same addresses, the same headers, and libraries where `cargo task web` lays
// them; what reads QR codes is what that has built last. In the place of the worker stands one that plays it (`fake/`); the
// cookie `scenario` says what it plays. For tests, and for looking at the app while one works on it:
// node src/web/tests/serve.js

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const APP = join(HERE, "../app");
const TEXTS = join(HERE, "../../protocol/texts");
const MODULES = join(HERE, "../node_modules");
const BUILT = join(HERE, "../../../target/app");
const SET = "0123456789abcdef";

/** EXPERIENCE.md 7, L1. */
const POLICY = [
  "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "worker-src 'self'", "connect-src 'self'",
  "img-src 'self' blob: data:", "media-src blob:", "style-src 'self'", "font-src 'self'", "manifest-src 'self'",
  "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "object-src 'none'", "child-src 'none'",
  "require-trusted-types-for 'script'", "trusted-types app",
].join("; ");
const HEADERS = {
  "content-security-policy": POLICY, "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cache-control": "no-cache",
  "permissions-policy": "camera=(self), geolocation=(), microphone=(self)",
};
const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
  ".ftl": "text/plain; charset=utf-8", ".wasm": "application/wasm", ".webmanifest": "application/manifest+json",
};
const VENDOR = {
  "preact.js": "preact/dist/preact.mjs", "hooks.js": "preact/hooks/dist/hooks.mjs", "htm.js": "htm/dist/htm.module.js",
};

/** What of the set is no plain source. */
const DECODER = ["scanner/main.js", "scanner/scanner_bg.wasm"];

/** Where the set lies that was built last. */
const builtSet = async () => join(BUILT, JSON.parse(await readFile(join(BUILT, "manifest.json"), "utf8")).hash);

/** Where the bytes of an address are. */
async function read(path, cookies) {
  if (path === "/app/" || path.startsWith("/i/")) {
    return [".html", (await readFile(join(APP, "index.html"), "utf8")).replaceAll("__SET__", SET)];
  }
  if (path === "/app/worker.js") {
    const scenario = /(?:^|; )scenario=([^;]*)/.exec(cookies)?.[1] ?? "";
    const words = decodeURIComponent(scenario);
    // Before anything looks at the clock.
    const still = words.split(" ").includes("still") ? 'import "/fake/stand-still.js";\n' : "";
    return [".js", `${still}import { play } from "/fake/worker.js";\nplay(${JSON.stringify(words)});\n`];
  }
  if (path === "/app/sw.js") return [".js", ""];
  if (path.startsWith("/fake/")) return [".js", await readFile(join(HERE, "fake", normalize(path.slice(6))))];
  const inside = path.startsWith(`/app/${SET}/`) && normalize(path.slice(`/app/${SET}/`.length));
  if (!inside || inside.startsWith("..")) throw new Error("not there");
  if (DECODER.includes(inside)) return [extname(inside), await readFile(join(await builtSet(), inside))];
  if (inside.startsWith("texts/")) return [".ftl", await readFile(join(TEXTS, inside.slice(6)))];
  if (inside.startsWith("vendor/fluent/")) return [".js", await readFile(join(MODULES, "@fluent/bundle/esm", inside.slice(14)))];
  if (inside.startsWith("vendor/")) {
    const text = await readFile(join(MODULES, VENDOR[inside.slice(7)]), "utf8");
    return [".js", text.replace(/from\s*"preact"/g, 'from"./preact.js"').replace(/^\/\/# sourceMappingURL.*$/m, "")];
  }
  return [extname(inside), await readFile(join(APP, inside))];
}

/** Starts it; answers its address and how to stop it. @param {number} [port] 0: any */
export async function serve(port = 0) {
  const server = createServer(async (request, response) => {
    try {
      const [type, body] = await read(new URL(request.url, "http://x").pathname, request.headers.cookie ?? "");
      response.writeHead(200, { ...HEADERS, "content-type": TYPES[type] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404, HEADERS).end();
    }
  });
  await new Promise((listening) => server.listen(port, "127.0.0.1", listening));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) console.log((await serve(8123)).url);
