/** What `cargo task web` lays at vendor/preact.js. */
export * from "preact";
