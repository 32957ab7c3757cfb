/**
 * The dialogs about lists: a new one, another name or key, deleting one.
 */
import { el, setFault } from "../dom.js";
import { listKeyFault, listNameFault } from "../limits.js";
import { asApiError } from "../problem.js";
import { askSure } from "./ask.js";
import { openDialog } from "./dialog.js";

/**
 * @param {object} options
 * @param {Api} options.api
 * @param {List | null} options.list null: a new one
 * @returns {Promise<{ did: "saved", key: string } | { did: "deleted" } | null>}
 */
export async function editList({ api, list }) {
  const answer = await openDialog(
    list === null ? "New list" : `The list ${list.name}`,
    (/** @type {(answer: { did: "saved", key: string } | { did: "delete" }) => void} */ close) => {
      const name = el("input", { id: "list-name", type: "text", autocomplete: "off", "aria-describedby": "list-name-fault" });
      const key = el("input", { id: "list-key", type: "text", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: 10, "aria-describedby": "list-key-hint list-key-fault" });
      const nameFault = el("p", { class: "field-fault", id: "list-name-fault", role: "alert" });
      const keyFault = el("p", { class: "field-fault", id: "list-key-fault", role: "alert" });
      name.value = list?.name ?? "";
      key.value = list?.key ?? "";
      let busy = false;

      /** @param {SubmitEvent} event */
      async function save(event) {
        event.preventDefault();
        const wrongKey = listKeyFault(key.value.trim());
        const wrongName = listNameFault(name.value);
        setFault(key, keyFault, wrongKey);
        setFault(name, nameFault, wrongName);
        if ((wrongName ?? wrongKey) !== null) return (wrongName !== null ? name : key).focus();
        if (busy) return;
        busy = true;
        const values = { key: key.value.trim().toUpperCase(), name: name.value.trim() };
        try {
          if (list === null) await api.addList(values);
          else await api.patchList(list.key ?? "", values);
          close({ did: "saved", key: values.key });
        } catch (error) {
          const { status, message } = asApiError(error);
          setFault(key, keyFault, status === 409 ? `There is a list ${values.key} already.` : message);
          key.focus();
        } finally {
          busy = false;
        }
      }

      const buttons = el("div", { class: "buttons" }, el("button", { class: "primary" }, list === null ? "Make the list" : "Save"));
      if (list !== null) buttons.append(el("button", { type: "button", class: "is-danger", click: () => close({ did: "delete" }) }, "Delete the list"));
      return [el(
        "form", { class: "fields", novalidate: true, submit: save },
        el("div", { class: "field" }, el("label", { for: "list-name" }, "Name"), name, nameFault),
        el(
          "div", { class: "field" }, el("label", { for: "list-key" }, "Key"), key,
          el("p", { class: "hint", id: "list-key-hint" }, "Short, such as HOME: its tasks are HOME-1, HOME-2…, and +home puts one there."), keyFault,
        ),
        buttons,
      )];
    },
  );
  if (answer === null || answer.did === "saved") return answer;
  const sure = await askSure(`Delete the list ${list?.name}?`, "Its tasks are kept: they go to the inbox.", "Delete the list");
  if (sure === null) return null;
  await api.deleteList(list?.key ?? "");
  return { did: "deleted" };
}
