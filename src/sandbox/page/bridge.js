/**
 * What Forge puts into a Custom UI page before the page's own scripts: `__bridge`, which carries every question to the product
 * around the frame. Not a module, so that it is there first.
 */
(() => {
  /** @type {Map<number, { resolve: (value: unknown) => void, reject: (reason: unknown) => void }>} */
  const waiting = new Map();
  let next = 1;

  window.addEventListener('message', ({ source, data }) => {
    if (source !== window.parent || !data?.sandboxBridge) return;
    const { id, value, error, colorMode } = data;
    if (colorMode) document.documentElement.dataset.colorMode = colorMode;
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(value);
    else asked?.reject(new Error(error));
  });

  /** @param {Record<string, unknown>} told */
  const tell = (told) => window.parent.postMessage({ sandboxBridge: true, ...told }, window.location.origin);

  Object.assign(window, {
    __bridge: {
      /**
       * @param {string} command
       * @param {unknown} [payload]
       */
      callBridge: (command, payload) =>
        new Promise((resolve, reject) => {
          const id = next++;
          waiting.set(id, { resolve, reject });
          // Functions stay here: nothing that is played calls one.
          tell({ id, command, payload: payload === undefined ? undefined : JSON.parse(JSON.stringify(payload)) });
        }),
    },
  });

  // The product follows the height of a page by itself.
  window.addEventListener('DOMContentLoaded', () => {
    const root = document.getElementById('root');
    if (root) new ResizeObserver(() => tell({ height: root.offsetHeight })).observe(root);
  });
})();
