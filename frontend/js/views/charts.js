/**
 * Pictures of figures as SVG, hidden from who can't see them, and the same figures as tables for these.
 */
import { dayText } from "../dates.js";
import { el, svg } from "../dom.js";
import { level, weeksOf } from "../series.js";
import { counted } from "../words.js";

const CELL = 13;
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const months = new Intl.DateTimeFormat("en", { month: "short", timeZone: "UTC" });

/**
 * A calendar of squares, a column a week.
 * @param {Day[]} days
 */
export function heatMap(days) {
  const weeks = weeksOf(days);
  const most = Math.max(0, ...days.map(({ done }) => done));
  const [left, top] = [30, 18];
  const width = left + weeks.length * CELL;
  const picture = svg("svg", { class: "heat", viewBox: `0 0 ${width} ${top + 7 * CELL}`, width, height: top + 7 * CELL, "aria-hidden": "true" });
  for (const [row, name] of WEEKDAYS.entries()) {
    if (row % 2 === 0) picture.append(svg("text", { x: 0, y: top + row * CELL + 10 }, name));
  }
  let lastMonth = "";
  weeks.forEach((week, column) => {
    const first = week.find((day) => day !== null);
    const month = first ? months.format(new Date(first.date)) : "";
    const third = weeks[Math.min(column + 2, weeks.length - 1)].find((day) => day !== null);
    // A month that ends within two weeks has no room for its name.
    if (month !== lastMonth && third && months.format(new Date(third.date)) === month && column < weeks.length - 2) picture.append(svg("text", { x: left + column * CELL, y: 11 }, month));
    lastMonth = month;
    week.forEach((day, row) => {
      if (day === null) return;
      const square = svg("rect", { x: left + column * CELL, y: top + row * CELL, width: CELL - 2, height: CELL - 2, rx: 2.5, class: `level-${level(day.done, most)}` });
      square.append(svg("title", {}, `${day.date}: ${counted(day.done, "task")} done`));
      picture.append(square);
    });
  });
  return picture;
}

/**
 * @param {Day[]} days
 * @param {string} label the id of the heading
 */
export function heatTable(days, label) {
  const rows = weeksOf(days).map((week) => {
    const first = week.find((day) => day !== null);
    return el(
      "tr", {}, el("th", { scope: "row" }, `Week of ${first?.date ?? ""}`),
      ...week.map((day) => el("td", {}, day === null ? "" : String(day.done))),
    );
  });
  const head = el("tr", {}, el("th", { scope: "col" }, "Week"), ...WEEKDAYS.map((name) => el("th", { scope: "col" }, name)));
  return el("div", { class: "vh" }, el("table", { "aria-labelledby": label }, el("thead", {}, head), el("tbody", {}, ...rows)));
}

/**
 * @param {{ date: string, open: number }[]} points oldest first
 */
export function lineChart(points) {
  const [width, height, bottom, left] = [640, 160, 22, 34];
  const most = Math.max(4, ...points.map(({ open }) => open));
  const x = (/** @type {number} */ index) => left + (index / Math.max(1, points.length - 1)) * (width - left - 4);
  const y = (/** @type {number} */ value) => 8 + (1 - value / most) * (height - bottom - 8);
  // Each value holds until the next day.
  const line = points.map(({ open }, index) => `${index === 0 ? "M" : "H"}${x(index).toFixed(1)} ${index === 0 ? y(open).toFixed(1) : `V${y(open).toFixed(1)}`}`).join("");
  const picture = svg("svg", { class: "line", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  for (const value of [0, Math.round(most / 2), most]) {
    picture.append(svg("path", { class: "grid", d: `M${left} ${y(value)}H${width}` }), svg("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, value.toLocaleString("en")));
  }
  points.forEach(({ date }, index) => {
    if (date.endsWith("-01") && index < points.length - 12) picture.append(svg("text", { x: x(index), y: height - 5 }, months.format(new Date(date))));
  });
  picture.append(
    svg("path", { class: "area", d: `${line}V${y(0).toFixed(1)}H${left}Z` }),
    svg("path", { class: "curve", d: line }),
  );
  return picture;
}

/**
 * Week by week: a year of days is too much to listen to.
 * @param {{ date: string, open: number }[]} points
 * @param {string} label
 */
export function lineTable(points, label) {
  const today = points[points.length - 1]?.date ?? "";
  const weekly = points.filter((_, index) => (points.length - 1 - index) % 7 === 0);
  const rows = weekly.map(({ date, open }) => el("tr", {}, el("th", { scope: "row" }, dayText(date, today)), el("td", {}, String(open))));
  const head = el("tr", {}, el("th", { scope: "col" }, "Day"), el("th", { scope: "col" }, "Open tasks"));
  return el("div", { class: "vh" }, el("table", { "aria-labelledby": label }, el("thead", {}, head), el("tbody", {}, ...rows)));
}
