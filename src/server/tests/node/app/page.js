// Runs in the page: starts the worker as the interface does, and hands calls through.

/** Puts `app` into the page. */
export function drive() {
  const policy = trustedTypes.createPolicy("app", {
    createScriptURL: (url) => {
      if (url === "/app/worker.js") return url;
      throw new TypeError("not a script of this app");
    },
  });
  const app = { events: [], violations: [], waiting: new Map(), last: 0 };
  document.addEventListener("securitypolicyviolation", (event) => {
    app.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
  });
  const worker = new Worker(policy.createScriptURL("/app/worker.js"), { type: "module" });
  worker.onerror = (event) => app.violations.push(`the worker: ${event.message ?? "did not start"}`);
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
  globalThis.app = app;
}
