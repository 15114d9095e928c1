import type { Load } from '../shared/load.ts';
import type { ReportsTaken } from '../shared/reportsTaken.ts';
import type { Draft } from './draft.ts';

/** What keeps a report from being sent, or holds it up. */
export type Hindrance = 'anonymous' | 'forbid' | 'paused' | 'approve';

/**
 * What whoever is about to write a report should know first. A question that failed, or has no answer yet, says nothing
 * against it: the service looks again at each report.
 */
export function hindranceOf(load: Load<ReportsTaken>): Hindrance | null {
  if (load.state !== 'ready') {
    return null;
  }
  const { rule, isPaused, isAnonymous } = load.value;
  if (isAnonymous) {
    return 'anonymous';
  }
  if (rule === 'forbid') {
    return 'forbid';
  }
  if (isPaused) {
    return 'paused';
  }
  return rule === 'approve' ? 'approve' : null;
}

/** Whether there is a form: not where it would be filled in for nothing, but what is written already never goes. */
export function hasForm(hindrance: Hindrance | null, draft: Draft): boolean {
  const isBegun = draft.description !== '' || draft.doing !== '' || draft.files.length > 0;
  return hindrance === null || hindrance === 'approve' || isBegun;
}
