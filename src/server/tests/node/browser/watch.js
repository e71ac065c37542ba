// What goes on in a browser behind what it shows: errors, what a page or its worker did against its policy, and what they asked
// somebody else for. Of the policy every browser says something in words of its own, and nothing of a worker: what is listened
// to here is the event that the standard has for it.

/** Runs first in a page, and first in a worker: says on the console what the policy has forbidden. */
const LISTENER = `addEventListener("securitypolicyviolation", (event) => {
  console.error("against the policy:", event.effectiveDirective, event.blockedURI, event.sample);
});\n`;

/** Adds to `problems`, each in one line, for all pages of a context that are opened from now on. */
export async function watch(context, url, problems) {
  const { origin } = new URL(url);
  await context.addInitScript(LISTENER);
  context.on("console", (message) => {
    if (message.text().startsWith("against the policy:")) problems.push(message.text());
  });
  context.on("weberror", (error) => problems.push(`an error: ${error.error().stack}`));
  // Requests of the worker are the context's as well.
  context.on("request", (request) => {
    const asked = new URL(request.url());
    if (!["data:", "blob:"].includes(asked.protocol) && asked.origin !== origin) problems.push(`asked elsewhere: ${asked}`);
  });
}

/** Has the app's worker watched that a page is about to start, and has it run what is `planted`. Its script is then another than
 * that of the set, which the app's service worker would refuse. */
export async function watchWorker(page, planted = "") {
  const add = async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: LISTENER + (await response.text()) + planted });
  };
  // Once: as long as anything is to be changed every request of a browser waits for Playwright.
  await page.route("**/app/worker.js", add, { times: 1 });
}
