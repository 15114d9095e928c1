import { useCallback, useEffect, useState } from 'react';

import { askForErasure, type ErasurePreview, previewErasure } from '../shared/erasure.ts';
import { type Failure, isRefusedAs } from '../shared/failure.ts';
import { type Load, loadOf } from '../shared/load.ts';
import { useAction } from '../shared/useAction.ts';

export interface Erasure {
  readonly preview: Load<ErasurePreview>;
  readonly isLoading: boolean;
  readonly isAsking: boolean;
  /** Whether the preview was loaded anew because the one before it did not hold any more. */
  readonly hasChanged: boolean;
  readonly failure: Failure | null;
  readonly loadPreview: () => void;
  readonly ask: () => Promise<'asked' | 'changed' | 'failed'>;
}

/** Loads what would be deleted, and asks for the deletion of exactly that. */
export function useErasure(onAsked: () => void, onChanged: () => void): Erasure {
  const [preview, setPreview] = useState<Load<ErasurePreview>>({ state: 'loading' });
  const [hasChanged, setHasChanged] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { isRunning: isLoading, run: load } = useAction();
  const { isRunning: isAsking, run: send } = useAction();

  const loadPreview = useCallback(async () => {
    const outcome = await load(previewErasure);
    if (outcome !== null) {
      setPreview(loadOf(outcome));
    }
  }, [load]);

  useEffect(() => void loadPreview(), [loadPreview]);

  const ask = async () => {
    if (preview.state !== 'ready' || isAsking) {
      return 'failed';
    }
    const { confirmation } = preview.value;
    setFailure(null);
    setHasChanged(false);
    const outcome = await send((token, stop) => askForErasure(confirmation, token, stop));
    if (outcome?.state === 'ready') {
      onAsked();
      return 'asked';
    }
    if (outcome?.state === 'failed' && isRefusedAs(outcome.failure, 'state_changed')) {
      setHasChanged(true);
      setPreview({ state: 'loading' });
      onChanged();
      void loadPreview();
      return 'changed';
    }
    setFailure(outcome?.failure ?? null);
    return 'failed';
  };

  return { preview, isLoading, isAsking, hasChanged, failure, loadPreview: () => void loadPreview(), ask };
}
