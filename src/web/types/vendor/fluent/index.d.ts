/** What `cargo task web` lays at vendor/fluent/. */
export * from "@fluent/bundle";
