/**
 * What the API accepts, checked before it is asked: an answer at once, in words. The API remains the
 * judge; where a rule is missing here, its answer is shown instead.
 */

/** Characters are counted as the API does: Unicode scalars. */
export const TITLE_MAX = 500;
export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 128;

/** @param {string} text */
const count = (text) => [...text].length;

/**
 * What is wrong with a title, or null.
 * @param {string} text
 * @returns {string | null}
 */
export function titleFault(text) {
  const title = text.trim();
  if (title === "") return "Write what you want to do, then press Enter.";
  const length = count(title);
  if (length > TITLE_MAX) return `A task has at most ${TITLE_MAX} characters; this one has ${length}.`;
  if (/[\p{Cc}\u2028\u2029]/u.test(title)) return "A task must not contain control characters such as tabs.";
  return null;
}

export const NOTES_MAX = 20_000;
const TAGS_MAX = 20;
const TAG_MAX = 50;

/**
 * What is wrong with notes, or null.
 * @param {string} text
 */
export function notesFault(text) {
  const length = count(text);
  if (length > NOTES_MAX) return `Notes have at most ${NOTES_MAX} characters; these have ${length}.`;
  if (/[^\P{Cc}\n\t\r]/u.test(text)) return "Notes must not contain control characters other than line breaks and tabs.";
  return null;
}

/**
 * The tags of a line of them: `home @work`, each once.
 * @param {string} text
 */
export const tagsOf = (text) => [...new Set(text.split(/[\s,]+/).map((word) => word.replace(/^@/, "")).filter(Boolean))];

/**
 * What is wrong with tags, or null.
 * @param {string[]} tags
 */
export function tagsFault(tags) {
  if (tags.length > TAGS_MAX) return `A task has at most ${TAGS_MAX} tags.`;
  const long = tags.find((tag) => count(tag) > TAG_MAX);
  if (long !== undefined) return `A tag has at most ${TAG_MAX} characters.`;
  const bad = tags.find((tag) => !/^[\p{Alphabetic}\p{N}\p{Emoji}\p{Mn}\u200D_./-]+$/u.test(tag));
  return bad === undefined ? null : `@${bad} is no tag: a tag has only letters, digits, - _ . and /`;
}

/**
 * What is wrong with the key of a new list, or null.
 * @param {string} key
 */
export function listKeyFault(key) {
  if (!/^[A-Za-z][A-Za-z0-9]{0,9}$/.test(key)) return "A key is a letter, then at most 9 letters or digits, like HOME.";
  return key.toUpperCase() === "INBOX" ? "INBOX is the inbox: take another key." : null;
}

/**
 * What is wrong with the name of a list, or null.
 * @param {string} name
 */
export function listNameFault(name) {
  if (name.trim() === "") return "Give the list a name.";
  return count(name.trim()) > 100 ? "A name has at most 100 characters." : null;
}

/**
 * What is wrong with an email address, or null. Only what is wrong for sure.
 * @param {string} text
 * @returns {string | null}
 */
export function emailFault(text) {
  const email = text.trim();
  if (email === "") return "Enter your email address.";
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) return "Enter an email address like me@example.org.";
  return null;
}

/**
 * What is wrong with a password, or null.
 * @param {string} text
 * @param {{ chosenNow: boolean }} options a new password must keep the limits; an old one only be there
 * @returns {string | null}
 */
export function passwordFault(text, { chosenNow }) {
  if (text === "") return chosenNow ? "Choose a password." : "Enter your password.";
  if (!chosenNow) return null;
  const length = count(text);
  if (length < PASSWORD_MIN) return `A password has at least ${PASSWORD_MIN} characters; this one has ${length}.`;
  if (length > PASSWORD_MAX) return `A password has at most ${PASSWORD_MAX} characters; this one has ${length}.`;
  return null;
}
