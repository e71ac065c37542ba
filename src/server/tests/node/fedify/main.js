// A server built on Fedify, which is a complete implementation of ActivityPub by others: what our stories federate with.
// It listens on a free port of 127.0.0.1 and does what the orders say (`orders.js`), until its standard input ends.
// Everything that it knows is in memory.

import { configure, getTextFormatter } from "@logtape/logtape";
import { obey } from "../lines.js";
import { watchRequests } from "./network.js";
import { ordersOf } from "./orders.js";
import { serve } from "./server.js";
import { World } from "./world.js";

await configure({
  // Standard output is for answers.
  sinks: { errors: (record) => process.stderr.write(getTextFormatter()(record)) },
  loggers: [
    { category: "fedify", lowestLevel: process.env.FEDIFY_LOG ?? "warning", sinks: ["errors"] },
    { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["errors"] },
  ],
});

const world = new World();
watchRequests(world);
await serve(world);
await obey(ordersOf(world));
