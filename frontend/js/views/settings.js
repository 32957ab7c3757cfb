/**
 * The account: time zone, daily digest, password, export, deletion. Each part saves by itself and says so where it is.
 */
import { el, loadStyles, setFault, setText } from "../dom.js";
import { passwordFault, PASSWORD_MIN } from "../limits.js";
import { ApiError, asApiError } from "../problem.js";
import { openDialog } from "./dialog.js";

/**
 * @param {HTMLElement} root
 * @param {object} options
 * @param {Api} options.api
 * @param {string} options.email
 * @param {() => unknown} options.exported what the export has
 * @param {() => void} options.onDeleted the account is gone
 */
export function mountSettings(root, { api, email, exported, onDeleted }) {
  const styles = loadStyles("/css/pages.css");
  let isMounted = true;

  async function show() {
    try {
      const [account] = await Promise.all([api.account(), styles]);
      if (isMounted) root.replaceChildren(zonePart(api, account), digestPart(api, account), passwordPart(api, email), exportPart(exported), deletePart(api, email, onDeleted));
    } catch (error) {
      if (!isMounted) return;
      root.replaceChildren(el(
        "div", { class: "fault-box", role: "alert" }, el("p", {}, asApiError(error).message),
        el("button", { type: "button", click: show }, "Try again"),
      ));
    }
  }

  root.replaceChildren(el("p", { class: "hint", role: "status" }, "Asking for your settings…"));
  void show();
  return {
    render() {},
    unmount() {
      isMounted = false;
    },
  };
}

/**
 * @param {string} id
 * @param {string} heading
 * @param {...(Node | string)} children
 */
const part = (id, heading, ...children) => el("section", { class: "card", "aria-labelledby": id }, el("h2", { id }, heading), ...children);

/** What was saved, or why not, said where it happened. */
function makeOutcome() {
  const good = el("p", { class: "hint is-good", role: "status" });
  const bad = el("p", { class: "field-fault", role: "alert" });
  return {
    nodes: [good, bad],
    /** @param {string} words */
    saved(words) {
      setText(bad, "");
      setText(good, words);
    },
    /** @param {unknown} error */
    failed(error) {
      setText(good, "");
      setText(bad, asApiError(error).message);
    },
  };
}

/**
 * @param {Api} api
 * @param {Account} account
 */
function zonePart(api, account) {
  const outcome = makeOutcome();
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = new Set([...(/** @type {any} */ (Intl).supportedValuesOf?.("timeZone") ?? []), own, "UTC", ...(account.time_zone ? [account.time_zone] : [])]);
  const select = el("select", { id: "zone" }, new Option("As the server has it", ""), ...[...zones].sort().map((zone) => new Option(zone.replaceAll("_", " "), zone)));
  select.value = account.time_zone ?? "";
  async function save() {
    try {
      const { time_zone } = await api.patchAccount({ time_zone: select.value || null });
      account.time_zone = time_zone;
      outcome.saved(`Saved: ${time_zone?.replaceAll("_", " ") ?? "as the server has it"}.`);
    } catch (error) {
      select.value = account.time_zone ?? "";
      outcome.failed(error);
    }
  }
  select.addEventListener("change", save);
  const here = el("button", { type: "button", click: () => { select.value = own; void save(); } }, `Take this device’s: ${own.replaceAll("_", " ")}`);
  return part("zone-heading", "Time zone", el("p", { class: "hint" }, "When your day ends: for the daily digest and the statistics."),
    el("div", { class: "field" }, el("label", { for: "zone" }, "Time zone"), select), el("div", { class: "buttons" }, here), ...outcome.nodes);
}

/**
 * @param {Api} api
 * @param {Account} account
 */
function digestPart(api, account) {
  const outcome = makeOutcome();
  const box = el("input", { type: "checkbox", id: "digest" });
  box.checked = account.digest_enabled;
  box.addEventListener("change", async () => {
    try {
      const { digest_enabled } = await api.patchAccount({ digest_enabled: box.checked });
      box.checked = digest_enabled;
      outcome.saved(digest_enabled ? "You get the digest at the end of each day." : "You get no more digests.");
    } catch (error) {
      box.checked = !box.checked;
      outcome.failed(error);
    }
  });
  const text = el("pre", { class: "preview", tabindex: "0", role: "region", "aria-label": "Today’s digest", hidden: true });
  const preview = el("button", {
    type: "button",
    async click() {
      try {
        text.textContent = await api.digest();
        text.hidden = false;
        text.focus();
      } catch (error) {
        outcome.failed(error);
      }
    },
  }, "Show today’s digest");
  return part("digest-heading", "Daily digest", el("p", { class: "hint" }, "A mail at midnight that says what is due and what was done."),
    el("label", { class: "switch" }, box, " Send me the daily digest"), el("div", { class: "buttons" }, preview), ...outcome.nodes, text);
}

/**
 * @param {Api} api
 * @param {string} email
 */
function passwordPart(api, email) {
  const outcome = makeOutcome();
  const field = (/** @type {string} */ id, /** @type {string} */ label, /** @type {string} */ autocomplete, /** @type {string} */ hint) => {
    const input = el("input", { id, type: "password", autocomplete, "aria-describedby": `${id}-hint ${id}-fault` });
    const fault = el("p", { class: "field-fault", id: `${id}-fault`, role: "alert" });
    return { input, fault, box: el("div", { class: "field" }, el("label", { for: id }, label), input, el("p", { class: "hint", id: `${id}-hint` }, hint), fault) };
  };
  const current = field("current-password", "Current password", "current-password", "");
  const next = field("new-password", "New password", "new-password", `At least ${PASSWORD_MIN} characters. A few words make a good one.`);
  const form = el(
    "form", { class: "fields", novalidate: true },
    // For password managers: whose password it is.
    el("input", { type: "email", autocomplete: "username", value: email, hidden: true, readonly: true, "aria-hidden": "true", tabindex: "-1" }),
    current.box, next.box, el("div", { class: "buttons" }, el("button", { class: "primary" }, "Change the password")), ...outcome.nodes,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = [passwordFault(current.input.value, { chosenNow: false }), passwordFault(next.input.value, { chosenNow: true })];
    setFault(current.input, current.fault, wrong[0]);
    setFault(next.input, next.fault, wrong[1]);
    if (wrong[0] !== null) return current.input.focus();
    if (wrong[1] !== null) return next.input.focus();
    try {
      await api.patchAccount({ current_password: current.input.value, password: next.input.value });
      form.reset();
      outcome.saved("The password is changed.");
    } catch (error) {
      const fields = error instanceof ApiError ? error.fields : {};
      setFault(current.input, current.fault, fields.current_password ?? null);
      setFault(next.input, next.fault, fields.password ?? null);
      if (fields.current_password) current.input.focus();
      else if (fields.password) next.input.focus();
      else outcome.failed(error);
    }
  });
  return part("password-heading", "Password", form);
}

/** @param {() => unknown} exported */
function exportPart(exported) {
  const save = el("button", {
    type: "button",
    click() {
      const blob = new Blob([JSON.stringify(exported(), null, 2)], { type: "application/json" });
      const link = el("a", { href: URL.createObjectURL(blob), download: "todo.json" });
      link.click();
      // The browser has begun to read it by then.
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    },
  }, "Download all as JSON");
  return part("export-heading", "Export", el("p", { class: "hint" }, "All lists and tasks, done ones too, in one file."), el("div", { class: "buttons" }, save));
}

/**
 * @param {Api} api
 * @param {string} email
 * @param {() => void} onDeleted
 */
function deletePart(api, email, onDeleted) {
  async function ask() {
    const sure = await openDialog("Delete this account?", (/** @type {(answer: true) => void} */ close) => {
      const input = el("input", { id: "sure", type: "email", autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-describedby": "sure-fault" });
      const fault = el("p", { class: "field-fault", id: "sure-fault", role: "alert" });
      const form = el(
        "form", { class: "fields", novalidate: true },
        el("p", {}, "The account and all its tasks are deleted, at once and for good."),
        el("div", { class: "field" }, el("label", { for: "sure" }, `Write ${email} to go on`), input, fault),
        el("div", { class: "buttons" }, el("button", { class: "primary is-danger" }, "Delete for good")),
      );
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (input.value.trim().toLowerCase() !== email.toLowerCase()) return setFault(input, fault, "This is not the address of this account.");
        try {
          await api.deleteAccount();
          close(true);
        } catch (error) {
          setFault(input, fault, asApiError(error).message);
        }
      });
      return [form];
    });
    if (sure) onDeleted();
  }
  return part("delete-heading", "Delete the account", el("p", { class: "hint" }, "With everything in it. Export first what you want to keep."),
    el("div", { class: "buttons" }, el("button", { type: "button", class: "is-danger", click: ask }, "Delete the account…")));
}
