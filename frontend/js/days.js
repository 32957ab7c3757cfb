/**
 * Days as people type them: `fri`, `24.12.`, `in-3-days`, `eom`. The same grammar as `DayExpression` of the programs
 * (docs/quick-add.md), held to the same vectors. A day is `2026-12-24`: no time, no zone.
 */

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
];

/**
 * The day that the text names, in any case; null where it names none, or none in the years 1 to 9999. Weeks begin on Monday.
 * @param {string} text
 * @param {string} today the day that it is where the user is
 * @returns {string | null}
 */
export function dayExpression(text, today) {
  // Before the change of case: the sign for Kelvin would become a plain k.
  if (!/^[!-~]{1,20}$/.test(text)) return null;
  const word = text.toLowerCase();
  const [year, month, day] = today.split("-").map(Number);
  const now = { year, month, day };
  return named(word, now) ?? weekday(word, now) ?? iso(word) ?? dotted(word, now) ?? monthAndDay(word, now) ?? distance(word, now);
}

/**
 * The day in words, with its year where that is not this one: `Fri 27 Nov`, `Sat 27 Nov 2027`.
 * @param {string} date
 * @param {string} today
 */
export function dayWords(date, today) {
  const [year, month, day] = date.split("-").map(Number);
  const name = WEEKDAYS[weekdayOf({ year, month, day })].slice(0, 3);
  return `${name} ${day} ${MONTHS[month - 1].slice(0, 3)}${date.slice(0, 4) === today.slice(0, 4) ? "" : ` ${year}`}`;
}

/** @typedef {{ year: number, month: number, day: number }} Day */

/** @type {(year: number, month: number) => number} */
function daysInMonth(year, month) {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/**
 * @param {number} year
 * @param {number} month
 * @param {number} day
 * @returns {string | null} null where there is no such day
 */
function text(year, month, day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  const pad = (/** @type {number} */ number, /** @type {number} */ width) => String(number).padStart(width, "0");
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/**
 * In UTC, which has no hour that comes twice; set, for `Date.UTC` takes the year 26 for 1926.
 * @type {(day: Day, later?: number) => Date}
 */
const utc = ({ year, month, day }, later = 0) => {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day + later);
  return date;
};

/**
 * 0 is Sunday.
 * @type {(day: Day) => number}
 */
const weekdayOf = (day) => utc(day).getUTCDay();

/**
 * 0 is Monday.
 * @type {(day: Day) => number}
 */
const daysSinceMonday = (day) => (weekdayOf(day) + 6) % 7;

/** @type {(day: Day, count: number) => string | null} */
function addDays(day, count) {
  const date = utc(day, count);
  return text(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
}

/**
 * The same day so many months later, or that month's last one.
 * @type {(day: Day, count: number) => string | null}
 */
function addMonths({ year, month, day }, count) {
  const total = year * 12 + month - 1 + count;
  const [laterYear, laterMonth] = [Math.floor(total / 12), (total % 12) + 1];
  return text(laterYear, laterMonth, Math.min(day, daysInMonth(laterYear, laterMonth)));
}

/** @type {(word: string, today: Day) => string | null} */
function named(word, today) {
  switch (word) {
    case "today": case "tod": return addDays(today, 0);
    case "tomorrow": case "tom": return addDays(today, 1);
    case "yesterday": return addDays(today, -1);
    case "eow": return addDays(today, 6 - daysSinceMonday(today));
    case "eom": return text(today.year, today.month, daysInMonth(today.year, today.month));
    case "eoy": return text(today.year, 12, 31);
    default: return null;
  }
}

/**
 * `fri`: the next one after today. `next-fri`: the one of the week after this one.
 * @type {(word: string, today: Day) => string | null}
 */
function weekday(word, today) {
  const next = word.startsWith("next-");
  const index = indexOf(next ? word.slice(5) : word, WEEKDAYS);
  if (index < 0) return null;
  return addDays(today, next ? 7 - daysSinceMonday(today) + ((index + 6) % 7) : ((index - weekdayOf(today) + 6) % 7) + 1);
}

/** @type {(word: string) => string | null} */
function iso(word) {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(word);
  return parts && text(Number(parts[1]), Number(parts[2]), Number(parts[3]));
}

/**
 * `24.12.`, `24.12.2026`, `24.12.26` (of this century).
 * @type {(word: string, today: Day) => string | null}
 */
function dotted(word, today) {
  const parts = /^(\d{1,2})\.(\d{1,2})\.(\d\d|\d{4})?$/.exec(word);
  if (parts === null) return null;
  const [day, month, year] = [Number(parts[1]), Number(parts[2]), parts[3]];
  if (year === undefined) return next(month, day, today);
  return text(Number(year) + (year.length === 2 ? today.year - (today.year % 100) : 0), month, day);
}

/**
 * `dec-24` and `24-dec`.
 * @type {(word: string, today: Day) => string | null}
 */
function monthAndDay(word, today) {
  const parts = /^(?:([a-z]+)-(\d{1,2})|(\d{1,2})-([a-z]+))$/.exec(word);
  const month = parts === null ? -1 : indexOf(parts[1] ?? parts[4], MONTHS);
  return parts === null || month < 0 ? null : next(month + 1, Number(parts[2] ?? parts[3]), today);
}

/**
 * `in-3-days` and `3d`.
 * @type {(word: string, today: Day) => string | null}
 */
function distance(word, today) {
  const parts = /^(?:in-(\d{1,5})-(day|week|month|year)s?|(\d{1,5})([dwmy]))$/.exec(word);
  if (parts === null) return null;
  const count = Number(parts[1] ?? parts[3]);
  switch ((parts[2] ?? parts[4])[0]) {
    case "d": return addDays(today, count);
    case "w": return addDays(today, 7 * count);
    case "m": return addMonths(today, count);
    default: return addMonths(today, 12 * count);
  }
}

/**
 * The next such day, today included. Eight years on, because 1900 and the like have no 29 February.
 * @param {number} month
 * @param {number} day
 * @param {Day} today
 * @returns {string | null}
 */
function next(month, day, today) {
  const first = addDays(today, 0) ?? "";
  for (let year = today.year; year <= today.year + 8; year += 1) {
    const date = text(year, month, day);
    if (date !== null && date >= first) return date;
  }
  return null;
}

/**
 * Which of the names begins so; three letters tell them all apart.
 * @type {(word: string, names: string[]) => number}
 */
const indexOf = (word, names) => (word.length < 3 ? -1 : names.findIndex((name) => name.toLowerCase().startsWith(word)));
