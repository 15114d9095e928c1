import { useState } from 'react';

import { type Failure, isRefusedAs } from '../shared/failure.ts';
import type { Load } from '../shared/load.ts';
import { saveSettings, type Settings } from '../shared/settings.ts';
import { useFormat } from '../shared/speech.ts';
import { useAction } from '../shared/useAction.ts';
import {
  type Faults,
  type Field,
  fieldNamedIn,
  FIELDS,
  formOf,
  parseForm,
  type SettingsForm,
  type Telling,
} from './settingsForm.ts';
import { without } from './typed.ts';
import { useAdminWords } from './words/words.ts';

export interface SettingsFormState {
  /** What the service has, with what was typed over it. */
  readonly form: SettingsForm;
  readonly faults: Faults;
  readonly failure: Failure | null;
  readonly isSaving: boolean;
  readonly isSaved: boolean;
  readonly edit: (changes: Partial<SettingsForm>) => void;
  /** Sends the form if it is right. Answers with the field to mend first, if there is one. */
  readonly save: (incomplete: readonly Field[]) => Promise<Field | null>;
}

interface Attempt {
  readonly faults: Faults;
  readonly failure: Failure | null;
  readonly isSaved: boolean;
}

const NO_ATTEMPT: Attempt = { faults: {}, failure: null, isSaved: false };

/** What the service says about one field stands at that field, and everything else below the form. */
function attemptOf(failure: Failure, { words }: Telling): Attempt {
  const detail = failure.kind === 'refused' && isRefusedAs(failure, 'invalid_body') ? failure.detail : null;
  const field = detail === null ? null : fieldNamedIn(detail);
  return field === null ? { ...NO_ATTEMPT, failure } : { ...NO_ATTEMPT, faults: { [field]: words.refused[field] } };
}

function firstOf(faults: Faults): Field | null {
  return FIELDS.find((field) => faults[field] !== undefined) ?? null;
}

/**
 * The form for the settings. What was typed is kept here until it is saved, so the page has to hold this where it
 * stays through failures and reloads.
 */
export function useSettingsForm(
  settings: Load<Settings>,
  onSaved: (settings: Settings) => void,
): SettingsFormState | null {
  const [edits, setEdits] = useState<Partial<SettingsForm>>({});
  const [attempt, setAttempt] = useState(NO_ATTEMPT);
  const { isRunning, run } = useAction();
  const { faults: words } = useAdminWords().settings;
  const { count } = useFormat();
  const telling = { words, count };
  if (settings.state !== 'ready') {
    return null;
  }
  const saved = settings.value;
  const form = { ...formOf(saved), ...edits };

  const settle = (result: Attempt) => {
    setAttempt(result);
    return firstOf(result.faults);
  };

  const edit = (changes: Partial<SettingsForm>) => {
    setEdits((before) => ({ ...before, ...changes }));
    const mended = Object.fromEntries(Object.keys(changes).map((field) => [field, undefined]));
    setAttempt(({ faults, failure }) => ({ faults: { ...faults, ...mended }, failure, isSaved: false }));
  };

  const save = async (incomplete: readonly Field[]) => {
    const parsed = parseForm(form, saved, new Date(), telling);
    const unfinished = Object.fromEntries(incomplete.map((field) => [field, words.date]));
    const faults = { ...('faults' in parsed && parsed.faults), ...unfinished };
    if ('faults' in parsed || incomplete.length > 0) {
      return settle({ ...NO_ATTEMPT, faults });
    }
    const outcome = await run((token, stop) => saveSettings(parsed.change, token, stop));
    if (outcome?.state === 'ready') {
      setEdits((typed) => without(form, typed));
      onSaved(outcome.value);
      return settle({ ...NO_ATTEMPT, isSaved: true });
    }
    return outcome === null ? null : settle(attemptOf(outcome.failure, telling));
  };

  return { ...attempt, form, isSaving: isRunning, edit, save };
}
