/**
 * Figures over time, for the statistics. Pure.
 */
import { daysAfter, localDay, utcOf } from "./dates.js";

/**
 * The days as weeks from Monday to Sunday; null where the first and the last week have no day.
 * @param {Day[]} days one after the other, oldest first
 * @returns {(Day | null)[][]}
 */
export function weeksOf(days) {
  if (days.length === 0) return [];
  const before = (new Date(utcOf(days[0].date)).getUTCDay() + 6) % 7;
  /** @type {(Day | null)[]} */
  const cells = [...Array(before).fill(null), ...days];
  while (cells.length % 7 !== 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

/**
 * How strong a day is beside the others: 0 for nothing, 4 for the most.
 * @param {number} count
 * @param {number} most
 */
export const level = (count, most) => (count === 0 ? 0 : Math.max(1, Math.ceil((count / Math.max(4, most)) * 4)));

/**
 * How many of these tasks were open at the end of each day. What was deleted, or done and opened again, is not known any
 * more: it counts as it is now.
 * @param {{ created_at: string, done_at: string | null }[]} tasks
 * @param {string} today
 * @param {number} count of days, today being the last
 * @returns {{ date: string, open: number }[]} oldest first
 */
export function openPerDay(tasks, today, count) {
  const first = daysAfter(today, 1 - count);
  /** @type {Map<string, number>} */
  const changes = new Map();
  const add = (/** @type {string} */ day, /** @type {number} */ change) => {
    const date = day < first ? first : day;
    changes.set(date, (changes.get(date) ?? 0) + change);
  };
  for (const { created_at, done_at } of tasks) {
    add(localDay(created_at), 1);
    if (done_at !== null) add(localDay(done_at), -1);
  }
  let open = 0;
  return Array.from({ length: count }, (_, index) => {
    const date = daysAfter(first, index);
    open += changes.get(date) ?? 0;
    return { date, open };
  });
}
