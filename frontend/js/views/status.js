/**
 * Whether what is shown is what is: the loading of the list, and the connection over which changes come.
 */
import { ref, setText } from "../dom.js";

/** @type {Record<State["link"], string>} */
const words = { off: "", connecting: "Connecting…", live: "Live", lost: "Offline. Trying again…" };

/**
 * @param {ParentNode} view
 * @param {{ onReload: () => void }} options
 */
export function makeStatus(view, { onReload }) {
  const main = ref(view, "main", HTMLElement);
  const link = ref(view, "link", HTMLElement);
  const fault = ref(view, "load-fault", HTMLElement);
  const faultWords = ref(view, "load-words", HTMLElement);
  const skeleton = ref(view, "skeleton", HTMLElement);
  ref(view, "reload", HTMLButtonElement).addEventListener("click", onReload);

  return {
    /** @param {State} state */
    render({ load, tasks, link: status }) {
      const waiting = (load.status === "idle" || load.status === "loading") && !load.everLoaded;
      main.setAttribute("aria-busy", String(waiting));
      skeleton.hidden = !waiting || tasks.length > 0;
      fault.hidden = load.status !== "failed";
      const text = load.everLoaded ? `This list may be out of date. ${load.message}` : load.message;
      setText(faultWords, load.status === "failed" ? text : "");
      link.dataset.status = status;
      setText(link, words[status]);
    },
  };
}
