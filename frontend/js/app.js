/**
 * The page's beginning: puts session, address, state and views together.
 */
import { createApi } from "./api.js";
import { loadStyles } from "./dom.js";
import { formatPlace, parsePlace } from "./place.js";
import { unsaved } from "./selectors.js";
import { createSession } from "./session.js";
import { mountTasks } from "./views/tasks.js";
import { makeWorkspace } from "./workspace.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const session = createSession();
const publicApi = createApi();
/** A page that nobody sees gives its connection to those that are seen: a browser has six to a server. */
const HIDDEN_FOR = 30_000;
/** Browsers refuse addresses that change with every letter. */
const TYPING = 300;

/** @type {Workspace | null} */
let workspace = null;
/** @type {{ kind: "login" | "tasks", unmount: () => void, focus: () => void } | null} */
let view = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let hiding;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let typing;

/** @param {string} email */
const ownerOf = (email) => email.toLowerCase();

function show() {
  const login = session.current();
  if (login === null) return void showLogin();
  const owner = ownerOf(login.email);
  const isSame = workspace?.owner === owner;
  if (workspace === null || !isSame) {
    workspace?.pause();
    workspace = makeWorkspace({
      owner,
      place: parsePlace(location.search),
      // Requests that still wait when someone else logs in must not go out in that name.
      token() {
        const now = session.current();
        return now !== null && ownerOf(now.email) === owner ? now.token : null;
      },
      onRefused: session.expire,
    });
  }
  if (view?.kind !== "tasks" || !isSame) showTasks(login.email, workspace);
  void workspace.start();
}

async function showLogin() {
  const email = session.lastEmail();
  workspace?.pause();
  if (email === "") workspace = null;
  if (view?.kind === "login") return;
  const kept = workspace !== null ? "What you typed is still here." : "";
  const lead = email === "" ? "Your tasks, in the browser and in the terminal." : `Your session has ended. Log in again. ${kept}`;
  view?.unmount();
  view = { kind: "login", unmount() {}, focus() {} };
  const [{ mountLogin }] = await Promise.all([import("./views/login.js"), loadStyles("/css/login.css")]);
  // Meanwhile another tab may have logged in.
  if (view.kind !== "login") return;
  const mounted = mountLogin(root, { api: publicApi, email, lead, onLogin: session.start });
  view = { kind: "login", ...mounted };
  // On a phone the focus would pull up the keyboard over a page not yet read.
  if (matchMedia("(hover: hover)").matches) mounted.focus();
}

/**
 * @param {string} email
 * @param {Workspace} owned
 */
function showTasks(email, owned) {
  const afterLogin = view !== null;
  view?.unmount();
  if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);
  const mounted = mountTasks(root, { workspace: owned, email, go, onLogout: logOut, onDeleted: leave });
  view = { kind: "tasks", ...mounted };
  if (afterLogin) mounted.focus();
}

/**
 * Goes to another place. A search as it grows is one step of the browser's history.
 * @param {Place} place
 */
function go(place) {
  if (workspace === null) return;
  const { place: last } = workspace.store.state;
  const isTyping = place.q !== last.q && last.q !== "" && place.q !== "" && formatPlace({ ...place, q: "" }) === formatPlace({ ...last, q: "" });
  if (formatPlace(place) === formatPlace(last)) return;
  workspace.store.dispatch({ type: "went", place });
  if (!isTyping) {
    flushAddress();
    history.pushState(null, "", `/${formatPlace(place)}`);
  } else {
    clearTimeout(typing);
    typing = setTimeout(flushAddress, TYPING);
    pending = place;
  }
}

// The place that the address doesn’t name yet.
/** @type {Place | null} */
let pending = null;

function flushAddress() {
  clearTimeout(typing);
  if (pending !== null) history.replaceState(null, "", `/${formatPlace(pending)}`);
  pending = null;
}

/** The person has moved in the browser's history. */
function comeTo() {
  pending = null;
  if (workspace === null || view?.kind !== "tasks") return;
  const place = parsePlace(location.search);
  if (formatPlace(place) !== formatPlace(workspace.store.state.place)) workspace.store.dispatch({ type: "went", place });
}

async function logOut() {
  const leaving = workspace;
  await leaving?.changes.settled();
  if (workspace !== leaving || session.current() === null) return;
  const count = leaving === null ? 0 : unsaved(leaving.store.state);
  const what = count === 1 ? "One change isn’t" : `${count} changes aren’t`;
  if (count > 0 && !confirm(`${what} saved yet and would be lost. Log out all the same?`)) return;
  leave();
}

/** What was seen is nobody else's business, and neither is where. */
function leave() {
  workspace?.pause();
  workspace = null;
  history.replaceState(null, "", "/");
  session.end();
}

function onVisibility() {
  clearTimeout(hiding);
  if (document.visibilityState === "visible") resume();
  else hiding = setTimeout(() => workspace?.pause(), HIDDEN_FOR);
}

function resume() {
  if (view?.kind === "tasks") void workspace?.start();
}

session.subscribe(show);
addEventListener("storage", session.adopt);
addEventListener("popstate", comeTo);
addEventListener("pagehide", flushAddress);
document.addEventListener("visibilitychange", onVisibility);
addEventListener("online", resume);
addEventListener("offline", () => workspace?.cut());
addEventListener("beforeunload", (event) => {
  if (workspace !== null && unsaved(workspace.store.state) > 0) event.preventDefault();
});
show();
