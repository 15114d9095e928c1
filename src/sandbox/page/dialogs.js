/**
 * The dialogs of `AP.dialog`: a module of the app over the whole page, with or without a frame of ours.
 *
 * @import { DialogAction, DialogOptions, Extension } from './types.d.ts'
 */
import { h } from './dom.js';
import { showFlag } from './flags.js';
import { openModule } from './host.js';

/** @typedef {{ element: HTMLDialogElement, addonKey: string, buttons: Map<string, HTMLButtonElement> }} Open */

/** @type {Open | undefined} */
let open;

/** What Atlassian's host code asks of a product that draws dialogs itself. */
export const dialogs = {
  create,
  close,
  /** @param {string} addonKey */
  isActiveDialog: (addonKey) => open?.addonKey === addonKey,
  /** @param {string} name */
  isButtonDisabled: (name) => open?.buttons.get(name)?.disabled ?? true,
  /** @param {string} name */
  isButtonHidden: (name) => open?.buttons.get(name)?.hidden ?? true,
  /** @param {string} name @param {boolean} disabled */
  setButtonDisabled: (name, disabled) =>
    change(name, (button) => {
      button.disabled = disabled;
    }),
  /** @param {string} name @param {boolean} hidden */
  setButtonHidden: (name, hidden) =>
    change(name, (button) => {
      button.hidden = hidden;
    }),
  /** @param {string} name */
  toggleButton: (name) =>
    change(name, (button) => {
      button.disabled = !button.disabled;
    }),
  /** @param {DialogAction} action */
  createButton: (action) =>
    open?.element.querySelector('footer')?.prepend(actionButton(action, open.buttons)),
};

/**
 * @param {DialogOptions} options
 * @param {Extension} extension
 */
function create(options, extension) {
  close();
  const buttons = new Map();
  const body = h('div', { class: 'dialog-body' });
  const element = /** @type {HTMLDialogElement} */ (
    h(
      'dialog',
      { class: `dialog dialog-${options.size ?? 'sized'}` },
      options.chrome && header(options),
      body,
      options.chrome &&
        h(
          'footer',
          {},
          h('span', {}, options.hint),
          ...options.actions.map((action) => actionButton(action, buttons)),
        ),
    )
  );
  if (!options.size) Object.assign(element.style, { width: options.width, height: options.height });
  element.addEventListener('cancel', (event) => options.closeOnEscape || event.preventDefault());
  element.addEventListener('close', () => {
    element.remove();
    options.onHide();
  });
  document.body.append(element);
  open = { element, addonKey: extension.addon_key, buttons };
  element.showModal();
  const inside = { ...extension.options, isDialog: true, isFullPage: false, dialogId: options.id };
  openModule(extension.key, body, { options: inside })
    // The submit button waits until there is something to submit.
    .then(() =>
      buttons.forEach((button) => {
        button.disabled = button.dataset.startsDisabled === 'always';
      }),
    )
    .catch(failed);
}

/** @param {unknown} error */
function failed(error) {
  close();
  showFlag({ title: 'The dialog could not be opened', body: String(error), type: 'error' });
}

function close() {
  open?.element.close();
  open = undefined;
}

/** @param {DialogOptions} options */
function header(options) {
  return h(
    'header',
    {},
    h('h2', {}, options.header),
    h(
      'button',
      { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: () => cancel(options) },
      '×',
    ),
  );
}

/** Closing by the cross is what the cancel button does. @param {DialogOptions} options */
function cancel(options) {
  options.actions.find((action) => action.identifier === 'cancel')?.onClick?.();
  close();
}

/**
 * @param {DialogAction} action
 * @param {Map<string, HTMLButtonElement>} buttons
 */
function actionButton(action, buttons) {
  const look = { primary: 'button-primary', link: 'button-subtle' }[action.type ?? ''] ?? 'button-default';
  const press = () => {
    action.onClick?.();
    if (action.identifier === 'cancel') close();
  };
  const button = /** @type {HTMLButtonElement} */ (
    h(
      'button',
      {
        type: 'button',
        class: `button ${look}`,
        disabled: action.disabled,
        onclick: press,
        'data-starts-disabled': action.disabled && action.identifier !== 'submit' && 'always',
      },
      action.text,
    )
  );
  buttons.set(action.identifier, button);
  return button;
}

/**
 * @param {string} name
 * @param {(button: HTMLButtonElement) => void} how
 */
function change(name, how) {
  const button = open?.buttons.get(name);
  if (button) how(button);
}
