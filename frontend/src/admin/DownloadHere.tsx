import Button from '@atlaskit/button/default/button';
import { Inline, Stack } from '@atlaskit/primitives/compiled';
import { useState } from 'react';

import { ActionFailure } from '../shared/ActionFailure.tsx';
import { download } from '../shared/download.ts';
import type { Failure } from '../shared/failure.ts';
import { saveFile } from '../shared/saveFile.ts';
import { useFormat } from '../shared/speech.ts';
import { useAction } from '../shared/useAction.ts';
import { useAdminWords } from './words/words.ts';

const EXPORT = { path: '/api/v1/data/export', mediaType: 'application/zip', fallbackName: 'my-data.zip' };

/** Fetches everything that is stored about the site as one file, and hands it to the browser. */
export function DownloadData() {
  const { stored: words } = useAdminWords();
  const format = useFormat();
  const [bytes, setBytes] = useState(0);
  const [savedAs, setSavedAs] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { isRunning, run } = useAction();

  const start = async () => {
    setBytes(0);
    setSavedAs(null);
    setFailure(null);
    const outcome = await run((token, stop) => download(EXPORT, token, stop, setBytes));
    if (outcome?.state === 'ready') {
      saveFile(outcome.value);
      setSavedAs(outcome.value.name);
    } else if (outcome?.state === 'failed') {
      setFailure(outcome.failure);
    }
  };

  return (
    <Stack space="space.150">
      <Inline space="space.150" rowSpace="space.100" alignBlock="center" shouldWrap>
        <Button onClick={() => void start()} isLoading={isRunning}>
          {words.download}
        </Button>
        {isRunning && bytes > 0 && <span className="subtle">{words.soFar(format.bytes(bytes))}</span>}
        <span role="status" className="subtle">
          {isRunning && bytes === 0 && words.preparing}
          {savedAs !== null && words.saved(savedAs, format.bytes(bytes))}
        </span>
      </Inline>
      {failure !== null && <ActionFailure failure={failure} headingLevel="h3" />}
    </Stack>
  );
}
