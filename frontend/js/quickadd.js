/**
 * A task as one line: `Pay rent due:fri p:high +home @work`. The same grammar as `QuickAdd` of the programs
 * (docs/quick-add.md), held to the same vectors (Tests/Vectors/quick-add.json). Must not know the page.
 */
import { dayExpression, dayWords } from "./days.js";

/** @typedef {"due" | "priority" | "list" | "tag"} Kind */

/**
 * @typedef {object} Piece a word that was understood
 * @property {Kind} kind
 * @property {string} text as it was written
 * @property {number} start where it stands in the line
 * @property {number} end
 */

/** @typedef {Piece & { message: string }} Fault a word that was meant and is wrong; the message is for people */

/**
 * @typedef {object} QuickAdd
 * @property {string} title the words that are no pieces; may be empty
 * @property {string | null} due_on
 * @property {number | null} priority 0 to 3; null where nothing is said
 * @property {string | null} list a key in capitals; `INBOX` where the inbox is asked for, null where nothing is said
 * @property {string[]} tags without their `@`, each once
 * @property {Piece[]} understood in the order of the text
 * @property {Fault[]} faults in the order of the text; their words stay in the title. With any, nothing should be added
 * @property {string} summary what is shown back: `due Fri 27 Nov, priority high, list HOME, tag @work`
 */

const PRIORITIES = ["none", "low", "medium", "high"];
const INBOX = "INBOX";
const TAGS = 20;
const TAG_LENGTH = 50;
const LISTS_NAMED = 8;

// White space as Unicode has it, not as \s does: the programs must find the same words.
const WORDS = /(\p{White_Space}*)(\P{White_Space}+)/gu;
const TAG = /^[\p{Alphabetic}\p{N}\p{Emoji}\p{Mn}\u200D_./-]+$/u;
const TAG_START = /^@[\p{Alphabetic}\p{N}\p{Emoji}\p{Mn}\u200D_./-]/u;

/**
 * Reads the line; it never fails.
 * @param {string} line
 * @param {string} today the day that it is where the user is
 * @param {Iterable<string> | null} [lists] the keys that there are, so that another one is a fault; null: not known
 * @returns {QuickAdd}
 */
export function quickAdd(line, today, lists = null) {
  const words = [...line.matchAll(WORDS)].map((match) => {
    const start = (match.index ?? 0) + match[1].length;
    return { gap: /^\p{Zs}$/u.test(match[1]) ? match[1] : " ", text: match[2], start, end: start + match[2].length };
  });
  const reader = new Reader(today, lists === null ? null : new Set(lists));
  let title = "";
  let last = -1;
  words.forEach(({ gap, text, start, end }, index) => {
    const read = reader.read(text, words[index + 1]?.text ?? null);
    if (read !== null && "message" in read) {
      reader.faults.push({ kind: read.kind, text, start, end, message: read.message });
    } else if (read !== null) {
      return void reader.understood.push({ kind: read.kind, text, start, end });
    }
    if (last >= 0) title += last === index - 1 ? gap : " ";
    title += text.startsWith("\\") && needsBackslash(text) ? text.slice(1) : text;
    last = index;
  });
  const { due_on, priority, list, tags, understood, faults } = reader;
  return { title, due_on, priority, list, tags, understood, faults, summary: reader.summary() };
}

/**
 * The task as a line that reads back as the same title, day, priority, list and tags.
 * The day stands there in full, so that the line means the same tomorrow.
 * @param {{ title: string, due_on?: string | null, priority?: number | null, list?: string | null, tags?: string[] }} draft within the limits of the API
 * @returns {string | null} null where no line does: the title has runs of white space or white space around it
 */
export function quickAddText({ title, due_on = null, priority = null, list = null, tags = [] }) {
  let plain = "";
  let text = "";
  for (const [, space, word] of title.matchAll(WORDS)) {
    const gap = plain === "" ? "" : /^\p{Zs}$/u.test(space) ? space : " ";
    plain += gap + word;
    text += gap + (needsBackslash(word) ? "\\" : "") + word;
  }
  if (plain !== title) return null;
  const pieces = text === "" ? [] : [text];
  if (due_on !== null) pieces.push(`due:${due_on}`);
  if (priority !== null) pieces.push(`p:${PRIORITIES[priority]}`);
  if (list !== null) pieces.push(`+${list}`);
  return [...pieces, ...tags.map((tag) => `@${tag}`)].join(" ");
}

/**
 * Whether a word of a title has to be written with one more backslash.
 * @type {(word: string) => boolean}
 */
const needsBackslash = (word) => form(word.replace(/^\\+/, "")) !== null;

/**
 * What a word looks like; whether it is right is another question. It depends on nothing but the word.
 * @param {string} word
 * @returns {{ kind: Kind, value: string } | null} null: plain text
 */
function form(word) {
  if (TAG_START.test(word)) return { kind: "tag", value: word.slice(1) };
  if (/^\+\p{Alphabetic}/u.test(word)) return { kind: "list", value: word.slice(1) };
  if (/^!{1,3}$/.test(word)) return { kind: "priority", value: String(word.length) };
  if (/^[Dd][Uu][Ee]:/.test(word)) return { kind: "due", value: word.slice(4) };
  if (/^[Pp]:/.test(word)) return { kind: "priority", value: word.slice(2) };
  return null;
}

/**
 * `high` or how it begins, or a number; in any case.
 * @type {(text: string) => number | null}
 */
function priorityOf(text) {
  if (/^[0-3]$/.test(text)) return Number(text);
  const index = /^[A-Za-z]+$/.test(text) ? PRIORITIES.findIndex((name) => name.startsWith(text.toLowerCase())) : -1;
  return index < 0 ? null : index;
}

/** What the words read so far say. */
class Reader {
  /**
   * @param {string} today
   * @param {Set<string> | null} lists
   */
  constructor(today, lists) {
    this.today = today;
    this.lists = lists;
    /** @type {string | null} */
    this.due_on = null;
    /** @type {number | null} */
    this.priority = null;
    /** @type {string | null} */
    this.list = null;
    /** @type {string[]} */
    this.tags = [];
    /**
     * The words that set what can be set once.
     * @type {Map<Kind, string>}
     */
    this.firsts = new Map();
    /** @type {Piece[]} */
    this.understood = [];
    /** @type {Fault[]} */
    this.faults = [];
  }

  summary() {
    const parts = [];
    if (this.due_on !== null) parts.push(`due ${dayWords(this.due_on, this.today)}`);
    if (this.priority !== null) parts.push(`priority ${PRIORITIES[this.priority]}`);
    if (this.list !== null) parts.push(`list ${this.list}`);
    return [...parts, ...this.tags.map((tag) => `tag @${tag}`)].join(", ");
  }

  /**
   * Keeps what the word says.
   * @param {string} word
   * @param {string | null} next the word after it
   * @returns {{ kind: Kind } | { kind: Kind, message: string } | null} null: plain text
   */
  read(word, next) {
    const { kind, value } = form(word) ?? { kind: null, value: "" };
    if (kind === null) return null;
    /** @param {string} words */
    const fault = (words) => ({ kind, message: `${brief(word)} ${words}; for plain text write \\${brief(word)}` });

    const day = kind === "due" ? dayExpression(value, this.today) : null;
    const priority = kind === "priority" ? priorityOf(value) : null;
    const key = /^[A-Za-z][A-Za-z0-9]{0,9}$/.test(value) ? value.toUpperCase() : null;
    if (value === "") {
      // Only due: and p: can stand alone, as plain text; but not right before what they want.
      const wanted = next !== null && (kind === "due" ? dayExpression(next, this.today) : priorityOf(next)) !== null;
      return wanted ? fault(`is parted from its value: write ${brief(word + next)}`) : null;
    }
    if (kind === "due" && day === null) {
      return fault("names no day: write due:fri, due:tomorrow, due:24.12., due:2026-12-24 or due:in-3-days");
    }
    if (kind === "priority" && priority === null) return fault("is no priority: write p:high, p:medium, p:low or p:none");
    if (kind === "list" && key === null) {
      return fault("is no list: the key of a list is a letter, then at most 9 letters or digits, like +HOME");
    }
    if (kind === "list" && this.lists !== null && key !== INBOX && !this.lists.has(String(key))) {
      const known = [...new Set([...this.lists, INBOX])].sort();
      const names = known.slice(0, LISTS_NAMED).map((name) => `+${name}`).join(", ");
      return fault(`is no list of yours: choose among ${names}${known.length > LISTS_NAMED ? " …" : ""}`);
    }
    if (kind === "tag") return this.readTag(value, fault);

    const first = this.firsts.get(kind);
    if (first !== undefined) {
      const name = kind === "due" ? "day" : kind;
      return fault(`comes after ${brief(first)}: a task has one ${name}, so leave one of them out`);
    }
    this.firsts.set(kind, word);
    if (kind === "due") this.due_on = day;
    else if (kind === "priority") this.priority = priority;
    else this.list = key;
    return { kind };
  }

  /**
   * @param {string} tag
   * @param {(words: string) => { kind: Kind, message: string }} fault
   * @returns {{ kind: Kind } | { kind: Kind, message: string }}
   */
  readTag(tag, fault) {
    if ([...tag].length > TAG_LENGTH) return fault(`is no tag: a tag has at most ${TAG_LENGTH} characters`);
    if (!TAG.test(tag)) return fault("is no tag: a tag has only letters, digits, - _ . and /");
    // As the programs compare: é is é, however it is composed.
    if (!this.tags.some((other) => other.normalize() === tag.normalize())) {
      if (this.tags.length === TAGS) return fault(`is one tag too many: a task has at most ${TAGS}`);
      this.tags.push(tag);
    }
    return { kind: "tag" };
  }
}

/**
 * Nobody reads a line of a thousand characters.
 * @param {string} text
 */
function brief(text) {
  const characters = [...text];
  return characters.length <= 60 ? text : `${characters.slice(0, 59).join("")}…`;
}
