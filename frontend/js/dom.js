/**
 * Small helpers for the views. Text enters the page by `textContent` only: there is no way here to
 * make markup from it.
 */

/**
 * A copy of a template's content.
 * @param {string} id
 * @returns {DocumentFragment}
 */
export function clone(id) {
  const template = document.getElementById(id);
  if (!(template instanceof HTMLTemplateElement)) throw new Error(`index.html has no template "${id}"`);
  return document.importNode(template.content, true);
}

/**
 * The element with this `data-ref`.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} name
 * @param {new () => T} type
 * @returns {T}
 */
export function ref(root, name, type) {
  const element = root.querySelector(`[data-ref="${name}"]`);
  if (!(element instanceof type)) throw new Error(`index.html has no ${type.name} with data-ref="${name}"`);
  return element;
}

/**
 * Sets a text if it is another one: what stands unchanged isn't read out again.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Says what is wrong with a field, or (null) that nothing is.
 * @param {HTMLInputElement} input
 * @param {Element} place where the words go
 * @param {string | null} fault
 */
export function setFault(input, place, fault) {
  setText(place, fault ?? "");
  if (fault === null) input.removeAttribute("aria-invalid");
  else input.setAttribute("aria-invalid", "true");
}

/** Whether people see movement, or asked for none. */
export const movementWanted = () => !matchMedia("(prefers-reduced-motion: reduce)").matches;
