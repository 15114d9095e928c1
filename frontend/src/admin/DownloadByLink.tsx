import { host } from '#host';
import Button from '@atlaskit/button/default/button';
import { Inline, Stack } from '@atlaskit/primitives/compiled';
import { useState } from 'react';

import { ActionFailure } from '../shared/ActionFailure.tsx';
import { askForExportLink } from '../shared/exportLink.ts';
import type { Failure } from '../shared/failure.ts';
import { OutsideLink } from '../shared/OutsideLink.tsx';
import { useAction } from '../shared/useAction.ts';
import { useAdminWords } from './words/words.ts';

/**
 * Everything that is stored about the site as one file, where answers may be JSON alone: the service makes a link that works
 * once, and the page behind it hands out the file.
 */
export function DownloadData() {
  const { stored: words } = useAdminWords();
  const [link, setLink] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { isRunning, run } = useAction();

  const start = async () => {
    setLink(null);
    setFailure(null);
    const outcome = await run(askForExportLink);
    if (outcome?.state === 'ready') {
      setLink(outcome.value);
      host.openBeside?.(outcome.value);
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
        <span role="status" className="subtle">
          {link !== null && (
            <>
              {words.downloadOnce} <OutsideLink href={link}>{words.downloadPage}</OutsideLink>
            </>
          )}
        </span>
      </Inline>
      {failure !== null && <ActionFailure failure={failure} headingLevel="h3" />}
    </Stack>
  );
}
