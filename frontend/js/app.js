/**
 * The page's beginning: puts session, state and views together, and asks for the list again whenever
 * someone comes back to the page.
 */
import { createActions } from "./actions.js";
import { createApi } from "./api.js";
import { unsaved } from "./selectors.js";
import { createSession } from "./session.js";
import { createStore } from "./store.js";
import { mountLogin } from "./views/login.js";
import { mountTasks } from "./views/tasks.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const session = createSession();
const publicApi = createApi();

/**
 * The tasks of one person. It outlives an expired session, so that nothing typed is lost.
 * @type {{ owner: string, store: import("./store.js").Store, actions: import("./actions.js").Actions } | null}
 */
let workspace = null;
/** @type {{ kind: "login" | "tasks", unmount: () => void, focus: () => void } | null} */
let view = null;

/** @param {string} email */
const ownerOf = (email) => email.toLowerCase();

/** @param {string} owner */
function makeWorkspace(owner) {
  const store = createStore();
  const api = createApi({
    // Requests that still wait when someone else logs in must not go out in that name.
    token: () => {
      const login = session.current();
      return login !== null && ownerOf(login.email) === owner ? login.token : null;
    },
    onRefused: session.expire,
  });
  return { owner, store, actions: createActions(store, api) };
}

function show() {
  const login = session.current();
  if (login === null) return showLogin();
  const owner = ownerOf(login.email);
  const sameWorkspace = workspace?.owner === owner;
  if (workspace === null || !sameWorkspace) workspace = makeWorkspace(owner);
  if (view?.kind !== "tasks" || !sameWorkspace) showTasks(login.email, workspace);
  void workspace.actions.retryAll();
  refresh();
}

function showLogin() {
  const email = session.lastEmail();
  if (email === "") workspace = null;
  if (view?.kind === "login") return;
  const kept = workspace !== null ? "What you typed is still here." : "";
  const lead = email === "" ? "Your tasks, in the browser and in the terminal." : `Your session has ended. Log in again. ${kept}`;
  view?.unmount();
  const mounted = mountLogin(root, { api: publicApi, email, lead, onLogin: session.start });
  view = { kind: "login", ...mounted };
  // On a phone the focus would pull up the keyboard over a page not yet read.
  if (matchMedia("(hover: hover)").matches) mounted.focus();
}

/**
 * @param {string} email
 * @param {NonNullable<typeof workspace>} workspace
 */
function showTasks(email, { store, actions }) {
  const afterLogin = view !== null;
  view?.unmount();
  if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);
  const mounted = mountTasks(root, { store, actions, email, onLogout: logOut });
  view = { kind: "tasks", ...mounted };
  if (afterLogin) mounted.focus();
}

async function logOut() {
  const leaving = workspace;
  await leaving?.actions.settled();
  if (workspace !== leaving || session.current() === null) return;
  const count = leaving === null ? 0 : unsaved(leaving.store.state);
  const what = count === 1 ? "One change isn’t" : `${count} changes aren’t`;
  if (count > 0 && !confirm(`${what} saved yet and would be lost. Log out all the same?`)) return;
  session.end();
}

function refresh() {
  if (view?.kind !== "tasks" || workspace === null) return;
  void workspace.actions.refresh();
}

function refreshOnReturn() {
  if (document.visibilityState === "visible") refresh();
}

session.subscribe(show);
addEventListener("storage", session.adopt);
document.addEventListener("visibilitychange", refreshOnReturn);
addEventListener("focus", refreshOnReturn);
addEventListener("online", () => {
  void workspace?.actions.retryAll();
  refresh();
});
addEventListener("beforeunload", (event) => {
  if (workspace !== null && unsaved(workspace.store.state) > 0) event.preventDefault();
});
show();
