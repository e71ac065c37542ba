// @ts-check
// A QR code as a drawing: dark on light in every theme, with the quiet border that scanners need.

import { html, useMemo } from "../html.js";
import { encode } from "./qr.js";

const BORDER = 4;

/** @param {{ text: string, label: string }} props */
export function QrCode({ text, label }) {
  const { size, path } = useMemo(() => {
    const modules = encode(text);
    const runs = modules.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + BORDER} ${y + BORDER}h1v1h-1z` : "")));
    return { size: modules.length + 2 * BORDER, path: runs.join("") };
  }, [text]);
  if (size === 2 * BORDER) return null;
  return html`<svg class="qr" role="img" aria-label=${label} viewBox=${`0 0 ${size} ${size}`} shape-rendering="crispEdges">
    <rect width=${size} height=${size} fill="#fff" /><path d=${path} fill="#000" />
  </svg>`;
}
