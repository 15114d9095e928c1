import Button from '@atlaskit/button/default/button';
import { Inline, Stack } from '@atlaskit/primitives/compiled';
import { useState } from 'react';

import { ActionFailure } from '../shared/ActionFailure.tsx';
import type { Failure } from '../shared/failure.ts';
import { saveFile } from '../shared/saveFile.ts';
import { useFormat } from '../shared/speech.ts';
import { useAction } from '../shared/useAction.ts';
import { useAdminWords } from './words/words.ts';

interface DownloadListProps {
  readonly label: string;
  readonly fileName: string;
  /** All of the list, as the service sends it. */
  readonly load: (token: string, stop: AbortSignal) => Promise<unknown>;
}

const JSON_TYPE = 'application/json';

/** Fetches a whole list, and hands it to the browser as a file of JSON. */
export function DownloadList({ label, fileName, load }: DownloadListProps) {
  const { stored: words } = useAdminWords();
  const format = useFormat();
  const [said, setSaid] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const { isRunning, run } = useAction();

  const start = async () => {
    setSaid('');
    setFailure(null);
    const outcome = await run(load);
    if (outcome?.state === 'ready') {
      const content = new Blob([`${JSON.stringify(outcome.value, null, 2)}\n`], { type: JSON_TYPE });
      saveFile({ name: fileName, content });
      setSaid(words.saved(fileName, format.bytes(content.size)));
    } else if (outcome?.state === 'failed') {
      setFailure(outcome.failure);
    }
  };

  return (
    <Stack space="space.150">
      <Inline space="space.150" rowSpace="space.100" alignBlock="center" shouldWrap>
        <Button onClick={() => void start()} isLoading={isRunning}>
          {label}
        </Button>
        <span role="status" className="subtle">
          {said}
        </span>
      </Inline>
      {failure !== null && <ActionFailure failure={failure} headingLevel="h3" />}
    </Stack>
  );
}
