/** What `cargo task web` lays at vendor/htm.js. */
export { default } from "htm";
