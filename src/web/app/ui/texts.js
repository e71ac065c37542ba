// @ts-check
// Every sentence of the app comes from here: Fluent messages of one language; every language has all of them, which
// `tests/texts.test.js` checks. No sentence stands in the code; names and texts of people go in as values and are made harmless before (`harmless`).

import { FluentBundle, FluentResource } from "../vendor/fluent/index.js";
import { fileOf } from "./base.js";
import { set } from "./store.js";

export const LANGUAGES = ["en", "de", "es", "ar"];
const RIGHT_TO_LEFT = ["ar"];

/** @type {FluentBundle | undefined} */
let bundle;
let regional = "en";

/** The language of the browser that we have, or English. */
export function preferred() {
  const wanted = navigator.languages.map((tag) => tag.split("-")[0]);
  return wanted.find((tag) => LANGUAGES.includes(tag)) ?? "en";
}

/** Speaks another language from now on. @param {string | null} wanted none: the browser's */
export async function speak(wanted) {
  const chosen = wanted ?? preferred();
  bundle = await load(chosen);
  regional = navigator.languages.find((tag) => tag.split("-")[0] === chosen) ?? chosen;
  document.documentElement.lang = chosen;
  document.documentElement.dir = RIGHT_TO_LEFT.includes(chosen) ? "rtl" : "ltr";
  set({ language: chosen });
}

/** @param {string} tag */
async function load(tag) {
  const answer = await fetch(fileOf(`texts/${tag}/app.ftl`));
  if (!answer.ok) throw new Error(`no texts for ${tag}`);
  const loaded = new FluentBundle(tag);
  loaded.addResource(new FluentResource(await answer.text()));
  return loaded;
}

/** The tag for numbers and dates: the browser's own where it is of the same language, since countries differ. */
export const locale = () => regional;

/** Whether there is such a message. @param {string} id */
export const has = (id) => bundle?.hasMessage(id) ?? false;

/**
 * A message; text values are made harmless.
 * @param {string} id
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(id, values) {
  const safe = values && Object.fromEntries(Object.entries(values).map(([name, value]) => [name, harmlessValue(value)]));
  const pattern = bundle?.getMessage(id)?.value;
  return bundle && pattern ? bundle.formatPattern(pattern, safe, []) : id;
}

/** @param {string | number} value */
const harmlessValue = (value) => (typeof value === "string" ? harmless(value) : value);

// Controls that turn the direction of what follows, other controls, and marks piled onto one letter.
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
const PILED = /(\p{M}{3})\p{M}+/gu;

/**
 * A short text by somebody else (a name, a file's name, an excerpt) in one line, without what reaches beyond it.
 * @param {string} text
 * @param {number} [longest] characters
 */
export function harmless(text, longest = 200) {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return short.replace(DIRECTION, "").replace(CONTROLS, " ").replace(PILED, "$1");
}

/** A long text: lines stay, piles of marks go. @param {string} text */
export const unpiled = (text) => text.replace(PILED, "$1");
