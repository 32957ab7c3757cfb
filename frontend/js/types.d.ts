// The shapes that the page's modules share. No browser loads this file: it is for people, editors and `tsc`.

// What the API answers

/** A task. */
interface Task {
  id: string;
  /** What people type: `12` in the inbox, `WEB-12` elsewhere. */
  reference: string;
  /** The key of its list; null for the inbox. */
  list: string | null;
  number: number;
  title: string;
  done: boolean;
  notes: string;
  /** A date, `2026-05-01`. */
  due_on: string | null;
  /** 0 (none) to 3 (high). */
  priority: number;
  tags: string[];
  /** Grows by one with each change. */
  version: number;
  /** RFC 3339, as all times are. */
  created_at: string;
  updated_at: string;
  done_at: string | null;
  deleted_at: string | null;
}

/** What can be changed about a task. */
type Patch = { title?: string; done?: boolean; notes?: string; due_on?: string | null; priority?: number; tags?: string[]; list?: string | null };
type Field = keyof Patch;

/** A list of tasks. */
interface List {
  id: string;
  /** Null for the inbox. */
  key: string | null;
  name: string;
  created_at: string;
}

interface Account {
  id: string;
  email: string;
  /** An IANA name; null where the server's own holds. */
  time_zone: string | null;
  digest_enabled: boolean;
  created_at: string;
}

/** What was done on a day. */
type Day = { date: string; done: number };

interface Stats {
  total: number;
  done: number;
  undone: number;
  overdue: number;
  due_today: number;
  /** A year, oldest first. */
  done_per_day: Day[];
}

type AccessToken = { access_token: string; token_type: string; expires_in: number };

/** The body of an error answer (RFC 9457). */
interface Problem {
  title?: string;
  detail?: string;
  errors?: { loc: string[]; msg: string; type: string }[];
  request_id?: string;
  /** For a 412: the task as it is now. */
  current?: unknown;
}

interface ServerEvent {
  type: string;
  data: string;
  id: string;
}

// Who is logged in

interface Login {
  email: string;
  token: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

// Where one is

type View = "all" | "today" | "overdue" | "upcoming" | "done" | "deleted" | "stats" | "settings";
type Sort = "created" | "-created" | "-updated" | "due" | "-priority" | "title";

interface Place {
  view: View;
  /** A key, or `inbox`. */
  list: string | null;
  tag: string | null;
  priority: number | null;
  /** What is searched for. */
  q: string;
  /** Null: the view's own. */
  sort: Sort | null;
}

// What the page knows

/** What someone wants to happen to a task. */
interface Wish {
  kind: "add" | "patch" | "delete" | "restore";
  /** As it is seen when it is wished. */
  task: Task;
  /** For `patch`. */
  patch?: Patch;
  /** For `patch`: asks when somebody else has changed the same meanwhile. */
  guarded?: boolean;
}

/** A change under way, or one that waits for a decision. */
interface Change extends Wish {
  key: string;
  /** When it was made, RFC 3339. */
  at: string;
  status: "sending" | "failed" | "clashed";
  /** Why it failed, for people. */
  message?: string;
  retryable?: boolean;
  /** For `clashed`: the task as it is now. */
  theirs?: Task;
}

/** What someone did, and what takes it back. */
type Act = { key: string; label: string; back: Wish[] };

/** The editor that is open, and what is typed in it. */
interface Editing {
  /** The task as it was when the editor was opened. */
  base: Task;
  /** As typed, by the names of the fields. */
  values: Record<string, string>;
  dirty: boolean;
  /** The name of the field to begin with. */
  focus: string;
}

/** Something to say at the edge of the page. */
interface Notice {
  text: string;
  tone: "info" | "error";
  /** The key of the act that can be taken back. */
  act?: string;
  /** What failed and can be tried again. */
  again?: Wish;
  /** What was typed and can be had back. */
  editing?: Editing;
}

type LoadStatus = "idle" | "loading" | "ready" | "failed";
/** The stream of changes: not wanted, on its way, there, or lost and tried again. */
type FeedStatus = "off" | "connecting" | "live" | "lost";

interface State {
  /** Newest first, without deleted ones. */
  tasks: Task[];
  /** The deleted ones, the last first; null where nobody has asked. */
  trash: Task[] | null;
  lists: List[];
  /** Oldest first. */
  changes: Change[];
  load: { status: LoadStatus; message: string; everLoaded: boolean };
  link: FeedStatus;
  place: Place;
  /** The text of the task being written. */
  draft: string;
  editing: Editing | null;
  /** The ids of the tasks that are chosen for what comes next. */
  marked: ReadonlySet<string>;
  /** The last one last. */
  acts: Act[];
  notice: Notice | null;
}

type Action =
  | { type: "load-begun" }
  | { type: "loaded"; tasks: Task[]; complete: boolean }
  | { type: "load-failed"; message: string }
  | { type: "told"; id: string; task: Task | null; at: string }
  | { type: "trash-loaded"; tasks: Task[] }
  | { type: "lists-loaded"; lists: List[] }
  | { type: "change-made"; change: Change }
  | { type: "change-kept"; key: string; task: Task | null; at: string }
  | { type: "change-failed"; key: string; message: string; retryable: boolean }
  | { type: "change-clashed"; key: string; theirs: Task }
  | { type: "change-resent"; key: string; task?: Task }
  | { type: "change-dropped"; key: string }
  | { type: "acted"; act: Act }
  | { type: "act-taken"; key: string }
  | { type: "linked"; link: FeedStatus }
  | { type: "went"; place: Place }
  | { type: "drafted"; text: string }
  | { type: "editing"; editing: Editing | null }
  | { type: "marked"; ids: ReadonlySet<string> }
  | { type: "noticed"; notice: Notice | null };

/** A task as it is seen. */
interface Row {
  /** With the changes under way. */
  task: Task;
  saving: boolean;
  /** The failed change that waits for a decision. */
  fault: Change | null;
}

// What the views are given

interface RowItem {
  row: Row;
  marked: boolean;
  /** The editor, where it is open on this task. */
  editing: Editing | null;
}

interface RowHandlers {
  toggle(id: string): void;
  remove(id: string): void;
  /** Opens the editor. */
  edit(id: string, field?: string): void;
  /** Through: all from the last one marked to this one. */
  mark(id: string, through: boolean): void;
  showTag(tag: string): void;
  /** What to do with a failed change, by what it is. */
  again(change: Change): void;
  drop(key: string): void;
  makeEditor(editing: Editing): ReturnType<typeof import("./views/editor.js").makeEditor>;
}

interface EditorHandlers {
  typed(values: Record<string, string>): void;
  /** All fields as they are wanted. */
  save(patch: Patch): void;
  cancel(): void;
  lists(): List[];
}

/** What can be done with all marked tasks. */
type Deed = "toggle" | "due" | "priority" | "tags" | "list" | "remove" | "all" | "none";

interface Shortcut {
  /** As in `KeyboardEvent.key`. */
  keys: string[];
  /** What it does; empty where the help needn't say it. */
  words: string;
  /** Where it holds; without it, everywhere. */
  when?(): boolean;
  /** None where the browser itself does it. */
  run?(): void;
}

/** What the keys work on. */
interface PageParts {
  board: Board;
  toolbar: Toolbar;
  addBar: AddBar;
  state(): State;
  narrow(news: Partial<Place>): void;
  /** The ids of the tasks that are meant. */
  subjects(): string[];
  ask(what: "due" | "priority" | "tags" | "list"): void;
  edit(id: string, field?: string): void;
  mark(id: string, through: boolean): void;
  markAll(): void;
  done(ids: string[]): void;
  remove(ids: string[]): void;
  undo(): void;
  /** Ends the choosing of tasks. */
  leave(): void;
  refresh(): void;
  help(): void;
  say(text: string): void;
}

// The parts, by what makes them

type Api = ReturnType<typeof import("./api.js").createApi>;
type Store = ReturnType<typeof import("./store.js").createStore>;
type Loading = ReturnType<typeof import("./loading.js").createLoading>;
type Changes = ReturnType<typeof import("./changes.js").createChanges>;
type Actions = ReturnType<typeof import("./actions.js").createActions>;
type Workspace = ReturnType<typeof import("./workspace.js").makeWorkspace>;
type Board = ReturnType<typeof import("./views/board.js").makeBoard>;
type Toolbar = ReturnType<typeof import("./views/toolbar.js").makeToolbar>;
type AddBar = ReturnType<typeof import("./views/addbar.js").makeAddBar>;
type TaskRow = ReturnType<typeof import("./views/row.js").makeRow>;
