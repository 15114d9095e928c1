import { useState } from 'react';

import type { Failure } from '../shared/failure.ts';
import type { Load } from '../shared/load.ts';
import { saveSettings, type Settings } from '../shared/settings.ts';
import { useAction } from '../shared/useAction.ts';
import { useFormat } from '../shared/speech.ts';
import { type RulesForm, rulesFormOf, rulesOf, termsFault } from './reportRules.ts';
import { without } from './typed.ts';
import { useAdminWords } from './words/words.ts';

export interface ReportRulesState {
  readonly form: RulesForm;
  readonly fault: string | undefined;
  readonly failure: Failure | null;
  readonly isSaving: boolean;
  readonly isSaved: boolean;
  readonly edit: (changes: Partial<RulesForm>) => void;
  /** Sends the rules if they are right, and says whether they were. */
  readonly save: () => Promise<boolean>;
}

/**
 * The rules for reports. What was typed about them is kept here until it is saved, so the page has to hold this where it
 * stays through failures and reloads.
 */
export function useReportRules(settings: Load<Settings>, onSaved: (settings: Settings) => void): ReportRulesState | null {
  const { rules: words } = useAdminWords();
  const { count } = useFormat();
  const [edits, setEdits] = useState<Partial<RulesForm>>({});
  const [hasTried, setHasTried] = useState(false);
  const [isSaved, setIsSaved] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { isRunning, run } = useAction();
  if (settings.state !== 'ready') {
    return null;
  }
  const saved = settings.value;
  const form = { ...rulesFormOf(saved.reports), ...edits };
  const fault = termsFault(form.terms, words, count);

  const edit = (changes: Partial<RulesForm>) => {
    setEdits((before) => ({ ...before, ...changes }));
    setIsSaved(false);
  };

  const save = async () => {
    setHasTried(true);
    setFailure(null);
    if (fault !== undefined) {
      return false;
    }
    // The other settings are sent as they stand: the service sets all or nothing.
    const outcome = await run((token, stop) => saveSettings({ ...saved, reports: rulesOf(form) }, token, stop));
    if (outcome?.state === 'ready') {
      setEdits((typed) => without(form, typed));
      setIsSaved(true);
      onSaved(outcome.value);
    } else if (outcome?.state === 'failed') {
      setFailure(outcome.failure);
    }
    return true;
  };

  return { form, fault: hasTried ? fault : undefined, failure, isSaving: isRunning, isSaved, edit, save };
}
