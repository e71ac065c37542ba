/** The scanner as `src/scanner/lib.rs` exports it; wasm-bindgen writes the module beside `scanner/main.js`. */

/** The text of a QR code in a picture of one byte for each pixel. */
export function read(gray: Uint8Array, width: number, height: number): string | undefined;
export default function load(from: { module_or_path: URL }): Promise<unknown>;
