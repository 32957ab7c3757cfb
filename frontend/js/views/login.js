/**
 * Log in and create an account: one form, two faces, so that what is typed survives the turn.
 * Must not know where a login is kept or what comes after it.
 */
import { clone, ref, setFault, setText } from "../dom.js";
import { emailFault, passwordFault, PASSWORD_MIN } from "../limits.js";
import { ApiError } from "../problem.js";

const faces = {
  login: {
    heading: "Log in", submit: "Log in", busy: "Logging in…", hint: "", autocomplete: "current-password",
    question: "New here?", other: "Create an account", otherHash: "#register",
  },
  register: {
    heading: "Create an account", submit: "Create account", busy: "Creating the account…",
    hint: `At least ${PASSWORD_MIN} characters. A few words make a good one.`, autocomplete: "new-password",
    question: "Have an account?", other: "Log in", otherHash: "#login",
  },
};

/**
 * @typedef {object} LoginView
 * @property {() => void} focus
 * @property {() => void} unmount
 */

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {Api} options.api
 * @param {string} options.email to begin with
 * @param {string} options.lead why one is here
 * @param {(email: string, token: AccessToken) => void} options.onLogin
 * @returns {LoginView}
 */
export function mountLogin(root, { api, email, lead, onLogin }) {
  const view = clone("login-view");
  const at = {
    heading: ref(view, "heading", HTMLHeadingElement),
    lead: ref(view, "lead", HTMLElement),
    form: ref(view, "form", HTMLFormElement),
    fault: ref(view, "fault", HTMLElement),
    email: ref(view, "email", HTMLInputElement),
    emailFault: ref(view, "email-fault", HTMLElement),
    password: ref(view, "password", HTMLInputElement),
    passwordFault: ref(view, "password-fault", HTMLElement),
    hint: ref(view, "hint", HTMLElement),
    reveal: ref(view, "reveal", HTMLButtonElement),
    submit: ref(view, "submit", HTMLButtonElement),
    question: ref(view, "question", HTMLElement),
    other: ref(view, "other", HTMLAnchorElement),
  };
  ref(view, "mark", HTMLElement).append(clone("mark"));
  at.email.value = email;
  at.lead.textContent = lead;

  const isNew = () => location.hash === "#register";
  const face = () => (isNew() ? faces.register : faces.login);
  let busy = false;

  function turn() {
    const { heading, submit, hint, autocomplete, question, other, otherHash } = face();
    document.title = `${heading} · todo`;
    setText(at.heading, heading);
    setText(at.submit, submit);
    setText(at.hint, hint);
    setText(at.question, question);
    setText(at.other, other);
    at.other.setAttribute("href", otherHash);
    at.password.setAttribute("autocomplete", autocomplete);
    clearFaults();
  }

  function clearFaults() {
    say("");
    setFault(at.email, at.emailFault, null);
    setFault(at.password, at.passwordFault, null);
  }

  /** @param {string} words */
  function say(words) {
    setText(at.fault, words);
    at.fault.hidden = words === "";
  }

  /**
   * Shows what is wrong with the fields and goes to the first.
   * @param {string | null} ofEmail
   * @param {string | null} ofPassword
   */
  function showFaults(ofEmail, ofPassword) {
    setFault(at.email, at.emailFault, ofEmail);
    setFault(at.password, at.passwordFault, ofPassword);
    if (ofEmail !== null) at.email.focus();
    else if (ofPassword !== null) at.password.focus();
  }

  /** @param {boolean} now */
  function setBusy(now) {
    busy = now;
    // Not `disabled`, which would take the focus away.
    at.submit.setAttribute("aria-disabled", String(now));
    setText(at.submit, now ? face().busy : face().submit);
  }

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    if (busy) return;
    clearFaults();
    const registering = isNew();
    const address = at.email.value.trim();
    const password = at.password.value;
    const ofEmail = emailFault(address);
    const ofPassword = passwordFault(password, { chosenNow: registering });
    if (ofEmail !== null || ofPassword !== null) return showFaults(ofEmail, ofPassword);
    setBusy(true);
    try {
      if (registering) await api.register(address, password);
      const token = await api.login(address, password);
      onLogin(address, token);
    } catch (error) {
      setBusy(false);
      explain(error, registering);
    }
  }

  /**
   * @param {unknown} error
   * @param {boolean} registering
   */
  function explain(error, registering) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 409 && registering) {
      return showFaults("There is an account with this address already. Log in, or take another address.", null);
    }
    if (error.status === 401) {
      say("Email or password is wrong. Check both and try again.");
      at.password.focus();
      at.password.select();
      return;
    }
    const { email: ofEmail = null, password: ofPassword = null, ...others } = error.fields;
    showFaults(ofEmail, ofPassword);
    if ((ofEmail ?? ofPassword) === null || Object.keys(others).length > 0) say(error.message);
  }

  function reveal() {
    const shown = at.password.type === "password";
    at.password.type = shown ? "text" : "password";
    at.reveal.setAttribute("aria-pressed", String(shown));
    setText(at.reveal, shown ? "Hide" : "Show");
  }

  at.form.addEventListener("submit", submit);
  at.reveal.addEventListener("click", reveal);
  addEventListener("hashchange", turn);
  turn();
  root.replaceChildren(view);

  return {
    focus() {
      (at.email.value === "" ? at.email : at.password).focus();
    },
    unmount() {
      removeEventListener("hashchange", turn);
    },
  };
}
