/**
 * Data residency: the service that moves what an app stores of a site to another region, step by step. After the last one the site calls
 * the app where that region has it.
 *
 * @import { Site } from './types.d.ts'
 */
import { button, h, select } from './dom.js';

/** Each move has a name of its own, which all of its steps say. @type {Record<string, string>} */
const names = {};

/**
 * @param {Site} here
 * @param {(action: string, title: string, details?: Record<string, unknown>) => Promise<void>} run
 * @param {(title: string, text: string, control: HTMLElement) => HTMLElement} row
 */
export function residency(here, run, row) {
  if (here.regions.length === 0) return [];
  let chosen = here.regions[0] ?? '';
  /** @type {[string, string][]} */
  const choices = here.regions.map((region) => [region, region]);
  /** @param {Event} event */
  const onchange = (event) => (chosen = /** @type {HTMLSelectElement} */ (event.target).value);
  const location = select('Region', choices, chosen, { onchange });
  /** @param {string} step */
  const say = (step) => () => {
    if (step === 'schedule') names[here.name] = `move-${Date.now()}`;
    const details = { step, migration: names[here.name] ?? 'none', location: chosen };
    return run('move', `Move: ${step}`, details);
  };
  /** @param {string} step @param {string} label */
  const press = (step, label) => button(label, say(step));
  return [
    row(
      'Move to another region',
      `The app is called at ${here.appUrl}. A window is planned, and then everything is copied while the site stores nothing.`,
      h('span', { class: 'buttons' }, location, press('schedule', 'Plan'), press('start', 'Start'), press('status', 'Ask')),
    ),
    row(
      'Switch over or go back',
      'Once the app says that it is ready. After the switch the site calls the other region.',
      h('span', { class: 'buttons' }, press('commit', 'Switch over'), press('rollback', 'Go back')),
    ),
  ];
}
