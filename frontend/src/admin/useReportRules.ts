import { useState } from 'react';

import type { Failure } from '../shared/failure.ts';
import { saveSettings, type Settings } from '../shared/settings.ts';
import { useAction } from '../shared/useAction.ts';
import { useFormat } from '../shared/speech.ts';
import { type RulesForm, rulesFormOf, rulesOf, termsFault } from './reportRules.ts';
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

/** The rules for reports, and what was typed about them until it is saved. */
export function useReportRules(settings: Settings, onSaved: (settings: Settings) => void): ReportRulesState {
  const { rules: words } = useAdminWords();
  const { count } = useFormat();
  const [edits, setEdits] = useState<Partial<RulesForm>>({});
  const [hasTried, setHasTried] = useState(false);
  const [isSaved, setIsSaved] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { isRunning, run } = useAction();
  const form = { ...rulesFormOf(settings.reports), ...edits };
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
    const outcome = await run((token, stop) => saveSettings({ ...settings, reports: rulesOf(form) }, token, stop));
    if (outcome?.state === 'ready') {
      setEdits({});
      setIsSaved(true);
      onSaved(outcome.value);
    } else if (outcome?.state === 'failed') {
      setFailure(outcome.failure);
    }
    return true;
  };

  return { form, fault: hasTried ? fault : undefined, failure, isSaving: isRunning, isSaved, edit, save };
}
