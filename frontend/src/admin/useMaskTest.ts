import { useState } from 'react';

import type { Failure } from '../shared/failure.ts';
import { type MaskTest, testMask } from '../shared/maskTest.ts';
import { useAction } from '../shared/useAction.ts';

export interface MaskTestState {
  readonly text: string;
  readonly tried: MaskTest | null;
  readonly failure: Failure | null;
  readonly isRunning: boolean;
  readonly write: (text: string) => void;
  readonly test: (terms: readonly string[]) => Promise<void>;
}

/** A text to try terms on, kept where it stays through failures and reloads of the page. */
export function useMaskTest(): MaskTestState {
  const [text, setText] = useState('');
  const [tried, setTried] = useState<MaskTest | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { isRunning, run } = useAction();

  const test = async (terms: readonly string[]) => {
    setFailure(null);
    const outcome = await run((token, stop) => testMask(text, terms, token, stop));
    if (outcome?.state === 'ready') {
      setTried(outcome.value);
    } else if (outcome?.state === 'failed') {
      setTried(null);
      setFailure(outcome.failure);
    }
  };

  return { text, tried, failure, isRunning, write: setText, test };
}
