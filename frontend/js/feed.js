/**
 * The live stream of changes: opened, read, watched, and opened again from where it broke off. Must not know what the
 * events mean, nor the page.
 */
import { createParser } from "./sse.js";

/** The server says something every 15 s; a connection that is silent for longer is dead, though nobody has told us. */
const SILENCE = 40_000;
const LONGEST_PAUSE = 30_000;

/**
 * @typedef {object} FeedOptions
 * @property {(lastId: string, signal: AbortSignal) => Promise<Response>} open fails with an `ApiError`
 * @property {(event: ServerEvent) => void} onEvent
 * @property {(status: FeedStatus) => void} onStatus
 * @property {() => void} onOpen a stream has begun that doesn't continue an earlier one: what was before must be asked for
 * @property {(callback: () => void, milliseconds: number) => unknown} [later]
 * @property {(timer: any) => void} [never]
 * @property {() => number} [chance] in [0, 1)
 */

/** @param {FeedOptions} options */
export function createFeed({
  open, onEvent, onStatus, onOpen, later = (callback, time) => setTimeout(callback, time), never = clearTimeout,
  chance = Math.random,
}) {
  let lastId = "";
  let failures = 0;
  let base = 1000;
  /** @type {FeedStatus} */
  let status = "off";
  // Ends the stream that is open, or the pause before the next.
  /** @type {AbortController | null} */
  let current = null;
  /** @type {unknown} */
  let pause = null;

  /** @param {FeedStatus} next */
  function become(next) {
    if (next === status) return;
    status = next;
    onStatus(next);
  }

  /** @param {AbortController} control */
  async function read(control) {
    const response = await open(lastId, control.signal);
    const reader = response.body?.getReader();
    if (!reader) throw new Error("no body");
    const parser = createParser();
    const decoder = new TextDecoder();
    const isNew = lastId === "";
    let watch = later(() => control.abort(), SILENCE);
    let begun = false;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (control.signal.aborted || done) return;
        never(watch);
        watch = later(() => control.abort(), SILENCE);
        const events = parser.push(decoder.decode(value, { stream: true }));
        base = parser.retry ?? base;
        if (!begun && (begun = isNew ? parser.lastId !== "" : true)) {
          failures = 0;
          become("live");
          if (isNew) onOpen();
        }
        for (const event of events) {
          if (control !== current) return;
          // Kept first: what an event leads to may end the stream.
          lastId = event.id || lastId;
          onEvent(event);
        }
        lastId = parser.lastId || lastId;
      }
    } finally {
      never(watch);
      control.abort();
    }
  }

  async function run() {
    const control = new AbortController();
    current = control;
    become(failures > 0 ? "lost" : "connecting");
    let wait = null;
    try {
      await read(control);
    } catch (error) {
      const { status: code = 0, retryAfter = null } = /** @type {{ status?: number, retryAfter?: number | null }} */ (error ?? {});
      // A place that the server no longer takes: begin anew.
      if (code === 422) lastId = "";
      if (code === 401) return void (current === control && stop());
      wait = retryAfter === null ? null : retryAfter * 1000;
    }
    if (current !== control) return;
    const longest = Math.min(LONGEST_PAUSE, base * 2 ** failures);
    // Not all clients at the same moment, when a server comes back.
    const time = wait ?? (failures === 0 ? chance() * base : longest * (0.5 + chance() / 2));
    failures += 1;
    become("lost");
    pause = later(() => void (pause = null, run()), time);
  }

  function stop() {
    const control = current;
    current = null;
    if (pause !== null) never(pause);
    pause = null;
    control?.abort();
    become("off");
  }

  return {
    /** Opens the stream, where it isn't open; during a pause, at once. */
    start() {
      if (current !== null && pause === null) return;
      if (pause !== null) never(pause);
      pause = null;
      void run();
    },
    /** The connection is known to be gone, though nobody has closed it: tries again, ever less often. */
    cut: () => current?.abort(),
    /** Ends it; `start` goes on from where it was. */
    stop,
    get status() {
      return status;
    },
    /** Whether it goes on where it was, without missing anything. */
    get hasPlace() {
      return lastId !== "";
    },
  };
}
