/**
 * Who is logged in: an access token kept in the browser, shared by its tabs. Tells its listeners when
 * that changes, here or in another tab. Must not know what a session is used for.
 */

const KEY = "todo.session";

/**
 * @param {{ storage?: Storage | null, now?: () => number }} options storage: null where the browser allows none, so that
 *   the session ends with the page
 */
export function createSession({ storage = browserStorage(), now = Date.now } = {}) {
  /** @type {Set<(login: Login | null) => void>} */
  const listeners = new Set();
  let login = parse(storage?.getItem(KEY) ?? null);

  /** @param {Login | null} next */
  function become(next) {
    login = next;
    for (const listener of listeners) listener(next);
  }

  return {
    /** The login, null when there is none or its time is over. */
    current() {
      return login !== null && login.expiresAt > now() ? login : null;
    },

    /** The address that was last logged in and not logged out, though its time may be over. */
    lastEmail() {
      return login?.email ?? "";
    },

    /**
     * @param {string} email
     * @param {AccessToken} answer
     */
    start(email, { access_token: token, expires_in: seconds }) {
      const next = { email, token, expiresAt: now() + seconds * 1000 };
      write(storage, JSON.stringify(next));
      become(next);
    },

    /** Logs out. */
    end() {
      write(storage, null);
      become(null);
    },

    /**
     * The login is over: the server refused its token, or (null) its time is up. Its address is kept.
     * Nothing happens when another login has taken its place meanwhile.
     * @param {string | null} token
     */
    expire(token) {
      if (login === null || login.expiresAt === 0) return;
      if (token === null ? login.expiresAt > now() : login.token !== token) return;
      const next = { ...login, expiresAt: 0 };
      write(storage, JSON.stringify(next));
      become(next);
    },

    /**
     * To be called when another tab has written to the storage.
     * @param {{ key: string | null, newValue: string | null }} event
     */
    adopt({ key, newValue }) {
      if (key === KEY || key === null) become(parse(newValue));
    },

    /** @param {(login: Login | null) => void} listener */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * @param {string | null} text
 * @returns {Login | null}
 */
function parse(text) {
  try {
    const value = JSON.parse(text ?? "null");
    const good = typeof value?.email === "string" && typeof value.token === "string" && Number.isFinite(value.expiresAt);
    return good ? { email: value.email, token: value.token, expiresAt: value.expiresAt } : null;
  } catch {
    return null;
  }
}

/**
 * @param {Storage | null} storage
 * @param {string | null} text
 */
function write(storage, text) {
  try {
    if (text === null) storage?.removeItem(KEY);
    else storage?.setItem(KEY, text);
  } catch {
    // A full or forbidden storage: the session lives as long as the page.
  }
}

/** @returns {Storage | null} */
function browserStorage() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
