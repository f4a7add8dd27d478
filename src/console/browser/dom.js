/**
 * Creates an element with these properties and children. Texts become text nodes: nothing is parsed as HTML.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Partial<HTMLElementTagNameMap[Tag]>} [properties]
 * @param {readonly (Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, properties = {}, ...children) {
  const created = Object.assign(document.createElement(tag), properties);
  created.append(...children);
  return created;
}

/**
 * Returns the element of the page with this id.
 * @template {HTMLElement} Type
 * @param {string} id
 * @param {new () => Type} type
 * @returns {Type}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`The page has no ${type.name} with the id ${id}.`);
}

/**
 * Creates a link that opens a page of the gateway in a new window, which can ask this page for the token.
 * @param {string} href
 * @param {string} text
 */
export function linkToWindow(href, text) {
  return element('a', { href, target: '_blank', rel: 'opener' }, text);
}
