// Runs in the page: starts the worker as the interface does, and hands calls through.

/** Puts `app` into the page. */
export function drive() {
  const policy = trustedTypes.createPolicy("app", {
    createScriptURL: (url) => {
      if (url === "/app/worker.js") return url;
      throw new TypeError("not a script of this app");
    },
  });
  const app = { events: [], waiting: new Map(), last: 0 };
  const worker = new Worker(policy.createScriptURL("/app/worker.js"), { type: "module" });
  worker.onerror = (event) => reportError(new Error(`the worker: ${event.message ?? "did not start"}`));
  worker.onmessage = ({ data }) => {
    if ("event" in data) return app.events.push(data);
    const { resolve, reject } = app.waiting.get(data.id);
    app.waiting.delete(data.id);
    if (data.error) reject(new Error(`${data.error.code}: ${data.error.detail ?? ""}`));
    else resolve(data.result);
  };
  app.call = (method, args) => new Promise((resolve, reject) => {
    const id = ++app.last;
    app.waiting.set(id, { resolve, reject });
    worker.postMessage({ id, method, args });
  });

  const digest = async (blob) => {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
    return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  /** A picture that cannot be made small. */
  const noise = async ([width, height]) => {
    const canvas = new OffscreenCanvas(width, height);
    const pixels = new ImageData(width, height);
    let last = 7;
    for (let at = 0; at < pixels.data.length; at += 1) {
      last = (Math.imul(last, 1103515245) + 12345) & 0x7fffffff;
      pixels.data[at] = at % 4 === 3 ? 255 : last >>> 16;
    }
    canvas.getContext("2d").putImageData(pixels, 0, 0);
    return canvas.convertToBlob({ type: "image/jpeg", quality: 1 });
  };
  /** So many bytes of lines with these words. */
  const lines = ({ words, bytes }) => {
    const some = (from) => Array.from({ length: 1000 }, (_, at) => `${words} ${from + at}\n`).join("");
    const parts = [];
    for (let length = 0; length < bytes; length += parts.at(-1).length) parts.push(some(parts.length * 1000));
    return new Blob(parts).slice(0, bytes);
  };
  app.attach = async ({ chat, number, file, voice }) => {
    const bytes = file.picture ? await noise(file.picture) : lines(file);
    const made = new File([bytes], file.title, { type: file.type ?? bytes.type });
    const attached = await app.call("attach", { chat, number, file: made, keepMetadata: false, voice });
    return { ...attached, thumbnail: attached.thumbnail?.size, digest: await digest(made) };
  };
  app.fetched = async (args) => {
    const blob = await app.call("file", args);
    return { bytes: blob.size, type: blob.type, digest: await digest(blob) };
  };
  globalThis.app = app;
}
