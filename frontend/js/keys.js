/**
 * Single-key shortcuts: they work where no text is typed, and can be switched off (WCAG 2.1.4).
 */

const KEY = "todo.shortcuts";

/** @returns {boolean} */
export function shortcutsEnabled() {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

/** @param {boolean} enabled */
export function enableShortcuts(enabled) {
  try {
    if (enabled) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "off");
  } catch {
    // Without a storage they stay on.
  }
}

/**
 * @param {Shortcut[]} shortcuts
 * @returns {() => void} ends it
 */
export function listen(shortcuts) {
  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    // A dialog keeps its keys, also the one that closes it.
    const inDialog = event.target instanceof Element && event.target.closest("dialog") !== null;
    if (inDialog || isTyping(event.target) || document.querySelector("dialog[open]") !== null) return;
    // Arrows type no character: nobody presses them by speaking.
    if (event.key.length === 1 && !shortcutsEnabled()) return;
    const shortcut = shortcuts.find(({ keys, when }) => keys.includes(event.key) && (when?.() ?? true));
    if (shortcut?.run === undefined) return;
    event.preventDefault();
    shortcut.run();
  }
  document.addEventListener("keydown", onKeyDown);
  return () => document.removeEventListener("keydown", onKeyDown);
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit"].includes(target.type);
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLElement && target.isContentEditable;
}
