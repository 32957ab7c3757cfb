/**
 * Days and times for people. A day is `2026-12-24`, always of this device's calendar.
 */

/**
 * The day of an instant where this device is.
 * @param {Date | number | string} instant
 */
export function localDay(instant) {
  const date = new Date(instant);
  const pad = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return `${String(date.getFullYear()).padStart(4, "0")}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** @param {string} day milliseconds since 1970 at its beginning in UTC, where each day has 24 hours */
export const utcOf = (day) => Date.parse(`${day}T00:00:00Z`);

/**
 * @param {string} day
 * @param {number} count
 */
export const daysAfter = (day, count) => new Date(utcOf(day) + count * 86_400_000).toISOString().slice(0, 10);

const short = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" });
const withYear = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const stamp = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

/**
 * @param {string} day
 * @param {string} today
 */
export const dayText = (day, today) => (day.slice(0, 4) === today.slice(0, 4) ? short : withYear).format(utcOf(day));

/** @param {string} instant RFC 3339 */
export const timeText = (instant) => stamp.format(new Date(instant));

/**
 * A due date for people: near ones by name.
 * @param {string} day
 * @param {string} today
 * @returns {{ text: string, kind: "overdue" | "due-today" | "due" }}
 */
export function dueWords(day, today) {
  if (day === today) return { text: "Due today", kind: "due-today" };
  if (day < today) return { text: `Overdue since ${dayText(day, today)}`, kind: "overdue" };
  return { text: day === daysAfter(today, 1) ? "Due tomorrow" : `Due ${dayText(day, today)}`, kind: "due" };
}
