// @ts-check
// Where the app begins: texts, worker, view, in this order. It holds nothing itself.

import { begin } from "./ui/begin.js";

begin(document.getElementById("app"));
