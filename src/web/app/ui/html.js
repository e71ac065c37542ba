// @ts-check
// What the views are made of, in one place: the only module that names Preact and htm. `html` writes elements by DOM calls
// and text as text; there is no way from here to markup made of strings.

import { Component, createRef, h, render } from "../vendor/preact.js";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "../vendor/hooks.js";
import htm from "../vendor/htm.js";

/** @type {(strings: TemplateStringsArray, ...values: any[]) => any} */
const html = htm.bind(h);

export { Component, createRef, h, html, render, useEffect, useLayoutEffect, useMemo, useRef, useState };
