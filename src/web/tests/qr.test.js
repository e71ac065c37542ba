// QR codes: one that was read back by a decoder when it was written here, and the limits.

import { createHash } from "node:crypto";
import { encode } from "../app/ui/parts/qr.js";

const KNOWN = ["https://chat.example.org/i/4t2kq8#v1AAAA", "cbf76d3083c88703512cfbe393d1e39a464d6178ea304374e3894da0dcd99d77"];

/** @returns {string[]} */
export function problems() {
  const found = [];
  const drawn = encode(KNOWN[0]).map((row) => row.map(Number).join("")).join("\n");
  if (createHash("sha256").update(drawn).digest("hex") !== KNOWN[1]) found.push("a known QR code is drawn differently");
  if (encode("x".repeat(666)).length !== 97) found.push("the largest QR code is not of version 20");
  if (encode("x".repeat(667)).length !== 0) found.push("a text too long for a QR code is drawn");
  return found;
}
