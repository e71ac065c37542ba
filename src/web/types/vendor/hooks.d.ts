/** What `cargo task web` lays at vendor/hooks.js. */
export * from "preact/hooks";
