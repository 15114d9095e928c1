// What Atlassian's host code expects to find beside it.
(() => {
  /** @param {unknown} text */
  const escapeHtml = (text) =>
    String(text ?? '').replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
  // Atlassian's own analytics module is asked for by this name; there is none here, and nothing is measured.
  window.require = () => ({ emitGasV3: () => undefined });
  window.AJS = { $: window.jQuery, escapeHtml };
})();
