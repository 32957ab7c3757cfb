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
