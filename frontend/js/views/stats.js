/**
 * The statistics: what was done on each day of the last year, and how many tasks were open. Each picture has a table
 * that says the same to who can't see it.
 */
import { dayText } from "../dates.js";
import { el, loadStyles } from "../dom.js";
import { asApiError } from "../problem.js";
import { openPerDay } from "../series.js";
import { counted } from "../words.js";
import { heatMap, heatTable, lineChart, lineTable } from "./charts.js";

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {Api} options.api
 * @param {() => Task[]} options.tasks
 * @param {() => string} options.today
 */
export function mountStats(root, { api, tasks, today }) {
  const styles = loadStyles("/css/pages.css");
  let isMounted = true;
  let shownTasks = tasks();

  async function show() {
    try {
      const [stats] = await Promise.all([api.stats(), styles]);
      if (isMounted) draw(stats);
    } catch (error) {
      if (!isMounted) return;
      root.replaceChildren(el(
        "div", { class: "fault-box", role: "alert" }, el("p", {}, asApiError(error).message),
        el("button", { type: "button", click: show }, "Try again"),
      ));
    }
  }

  /** @param {Stats} stats */
  function draw(stats) {
    const days = stats.done_per_day;
    const year = days.reduce((sum, { done }) => sum + done, 0);
    const best = days.reduce((most, day) => (day.done > most.done ? day : most), days[0]);
    const now = days[days.length - 1]?.date ?? today();
    const open = openPerDay(tasks(), today(), 366);
    const figure = (/** @type {string} */ name, /** @type {number} */ value) => el("div", { class: "figure" }, el("dt", {}, name), el("dd", {}, value.toLocaleString("en")));
    root.replaceChildren(
      el("dl", { class: "figures" }, figure("To do", stats.undone), figure("Overdue", stats.overdue), figure("Due today", stats.due_today), figure("Done", stats.done)),
      el(
        "section", { class: "card", "aria-labelledby": "heat-heading" }, el("h2", { id: "heat-heading" }, "Done per day"),
        el("p", { class: "hint" }, year === 0 ? "What you tick off shows here, a square a day." : `${counted(year, "task")} in the last year; most on ${dayText(best.date, now)}: ${best.done.toLocaleString("en")}.`),
        el("div", { class: "chart-box", "data-scroll": "end", tabindex: 0, role: "group", "aria-label": "The days of the year" }, heatMap(days)), heatTable(days, "heat-heading"),
      ),
      el(
        "section", { class: "card", "aria-labelledby": "open-chart-heading" }, el("h2", { id: "open-chart-heading" }, "Open tasks over time"),
        el("p", { class: "hint" }, "Made from when your tasks were written and done. Deleted ones, and times before a task was opened again, are not in it."),
        lineChart(open), lineTable(open, "open-chart-heading"),
      ),
    );
    // The newest is at the right end, where a narrow screen has to begin.
    for (const box of root.querySelectorAll("[data-scroll=end]")) box.scrollLeft = box.scrollWidth;
  }

  root.replaceChildren(el("p", { class: "hint", role: "status" }, "Asking for the figures…"));
  void show();
  return {
    /** @param {State} state */
    render(state) {
      if (state.tasks === shownTasks) return;
      shownTasks = state.tasks;
      void show();
    },
    unmount() {
      isMounted = false;
    },
  };
}
