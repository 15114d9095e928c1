/**
 * Makes an element. Attributes that start with `on` are listeners; false and null leave an attribute or child out.
 *
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | number | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(
    ...children
      .filter((child) => child !== null && child !== undefined && child !== false)
      .map((child) => (child instanceof Node ? child : String(child))),
  );
  return element;
}

/**
 * @param {string} label
 * @param {() => unknown} onclick
 * @param {'default' | 'primary' | 'danger' | 'subtle'} [look]
 * @returns {HTMLElement}
 */
export function button(label, onclick, look = 'default') {
  return h('button', { type: 'button', class: `button button-${look}`, onclick }, label);
}

/**
 * A word in a coloured box.
 *
 * @param {string} text
 * @param {'neutral' | 'information' | 'success' | 'danger' | 'warning'} look
 */
export function lozenge(text, look) {
  return h('span', { class: `lozenge lozenge-${look}` }, text);
}

/**
 * A sentence in a coloured box.
 *
 * @param {'information' | 'success' | 'danger' | 'warning'} look
 * @param {string} title
 * @param {...(Node | string)} body
 */
export function message(look, title, ...body) {
  return h('div', { class: `message message-${look}` }, h('strong', {}, title), h('div', {}, ...body));
}

/**
 * A choice with a label.
 *
 * @param {string} label
 * @param {[value: string, text: string][]} choices
 * @param {string} chosen
 * @param {Record<string, any>} attributes
 */
export function select(label, choices, chosen, attributes) {
  const options = choices.map(([value, text]) => h('option', { value, selected: value === chosen }, text));
  return h('label', { class: 'field' }, h('span', {}, label), h('select', attributes, ...options));
}

/** @param {string} name of a person @returns {HTMLElement} their initials in a circle */
export function avatar(name) {
  const initials = name
    .split(' ')
    .map((word) => word[0])
    .join('')
    .slice(0, 2);
  return h('span', { class: 'avatar', 'aria-hidden': 'true' }, initials);
}
