// @ts-check
// Times, sizes and lists as the chosen language writes them.

import { locale, t } from "./texts.js";

const DAY = 86_400_000;
/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {string} name @param {Intl.DateTimeFormatOptions} options */
function format(name, options) {
  const key = `${locale()} ${name}`;
  let made = formats.get(key);
  if (!made) formats.set(key, (made = new Intl.DateTimeFormat(locale(), options)));
  return made;
}

/** @param {number} at the beginning of its day, by this device's clock */
export const dayOf = (at) => new Date(at).setHours(0, 0, 0, 0);

/** "14:02" @param {number} at */
export const time = (at) => format("time", { timeStyle: "short" }).format(at);

/** "Today", "Saturday", "21 November" or with the year. @param {number} at */
export function day(at) {
  const ago = Math.round((dayOf(Date.now()) - dayOf(at)) / DAY);
  if (ago === 0) return t("today");
  if (ago === 1) return t("yesterday");
  if (ago > 1 && ago < 7) return format("weekday", { weekday: "long" }).format(at);
  if (new Date(at).getFullYear() === new Date().getFullYear()) {
    return format("date", { weekday: "short", day: "numeric", month: "long" }).format(at);
  }
  return date(at);
}

/** "3 May 2026" @param {number} at */
export const date = (at) => format("full", { day: "numeric", month: "long", year: "numeric" }).format(at);

/** "3 May 2026, 14:02" @param {number} at */
export const moment = (at) => t("moment", { date: date(at), time: time(at) });

/** As short as a list of chats wants it: "14:02", "Mon", "3 May"; nothing where nothing was said. @param {number} at */
export function short(at) {
  if (at <= 0) return "";
  const ago = Math.round((dayOf(Date.now()) - dayOf(at)) / DAY);
  if (ago === 0) return time(at);
  if (ago > 0 && ago < 7) return format("short-weekday", { weekday: "short" }).format(at);
  const sameYear = new Date(at).getFullYear() === new Date().getFullYear();
  return sameYear
    ? format("short-date", { day: "numeric", month: "short" }).format(at)
    : format("numeric", { day: "numeric", month: "numeric", year: "2-digit" }).format(at);
}

/** "0:12" @param {number} seconds */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** "3.4 MB" @param {number} bytes */
export function size(bytes) {
  const [unit, divisor] = bytes < 1000 ? ["byte", 1] : bytes < 1e6 ? ["kilobyte", 1e3] : bytes < 1e9 ? ["megabyte", 1e6] : ["gigabyte", 1e9];
  const options = { style: "unit", unit: String(unit), unitDisplay: "short", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(locale(), /** @type {Intl.NumberFormatOptions} */ (options)).format(bytes / Number(divisor));
}

/** @param {number} number */
export const count = (number) => new Intl.NumberFormat(locale()).format(number);

/** "Ana, Ben and Carla" @param {string[]} names */
export const list = (names) => new Intl.ListFormat(locale(), { type: "conjunction" }).format(names);
