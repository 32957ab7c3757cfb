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
 * A new element. A function listens to the event of its name; null and false leave an attribute out.
 * @template {keyof HTMLElementTagNameMap} N
 * @param {N} name
 * @param {Record<string, string | number | boolean | null | ((event: any) => void)>} [attributes]
 * @param {...(Node | string)} children strings become text
 * @returns {HTMLElementTagNameMap[N]}
 */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

/**
 * @param {string} name of an element of SVG
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string)} children
 */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

/**
 * @param {Element} element
 * @param {Record<string, string | number | boolean | null | ((event: any) => void)>} attributes
 */
function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
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
 * @param {HTMLElement} input
 * @param {Element} place where the words go
 * @param {string | null} fault
 */
export function setFault(input, place, fault) {
  setText(place, fault ?? "");
  if (fault === null) input.removeAttribute("aria-invalid");
  else input.setAttribute("aria-invalid", "true");
}

/**
 * Loads a style sheet that not everybody needs. Resolves when it is there, or when it is known that it won't come.
 * @param {string} path
 */
export function loadStyles(path) {
  if (document.querySelector(`link[href="${path}"]`) !== null) return Promise.resolve();
  return new Promise((resolve) => {
    document.head.append(el("link", { rel: "stylesheet", href: path, load: () => resolve(undefined), error: () => resolve(undefined) }));
  });
}

/** Whether people see movement, or asked for none. */
export const movementWanted = () => !matchMedia("(prefers-reduced-motion: reduce)").matches;
