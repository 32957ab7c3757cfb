/**
 * The tasks of one person: the state, and what keeps it in step with the server. It outlives an expired session, so that
 * nothing typed is lost. Must not know the page.
 */
import { createActions } from "./actions.js";
import { createApi } from "./api.js";
import { createChanges } from "./changes.js";
import { createFeed } from "./feed.js";
import { createFollower } from "./follow.js";
import { createLoading } from "./loading.js";
import { createStore, emptyState } from "./store.js";

/** So long the list waits for the stream, which then misses nothing. */
const PATIENCE = 400;

/**
 * @param {object} options
 * @param {string} options.owner
 * @param {Place} options.place
 * @param {() => string | null} options.token
 * @param {(token: string | null) => void} options.onRefused
 */
export function makeWorkspace({ owner, place, token, onRefused }) {
  const store = createStore({ ...emptyState, place });
  const api = createApi({ token, onRefused });
  const loading = createLoading(store, api);
  const changes = createChanges(store, api, { loading });
  const actions = createActions(store, changes);
  const follower = createFollower(store, api, { loading, changes });
  /** @type {() => void} */
  let onOpened = () => {};
  const feed = createFeed({
    open: api.events,
    onEvent: follower.take,
    onStatus(link) {
      const wasLost = store.state.link === "lost";
      store.dispatch({ type: "linked", link });
      // The way is free again.
      if (link === "live" && wasLost) {
        void changes.retryAll();
        if (store.state.load.status === "failed") void refresh();
      }
    },
    onOpen: () => onOpened(),
  });

  async function refresh() {
    await Promise.all([loading.refresh(), loading.lists()]);
  }

  return {
    owner, store, api, loading, changes, actions, refresh,

    /** Someone is here: asks for what there is, and follows what comes. */
    async start() {
      void changes.retryAll();
      if (feed.status === "live") return;
      if (store.state.load.status === "ready" && feed.hasPlace) return feed.start();
      const lists = loading.lists();
      const opened = new Promise((resolve) => {
        onOpened = () => resolve(undefined);
        setTimeout(resolve, PATIENCE);
      });
      feed.start();
      await opened;
      // A stream that begins anew later may have missed what came before it.
      onOpened = () => void loading.refresh();
      await Promise.all([loading.refresh(), lists]);
    },

    /** The device has no network. */
    cut: feed.cut,

    /** Nobody is looking, or nobody may: the stream goes on later from where it was. */
    pause: feed.stop,
  };
}
