import Button from '@atlaskit/button/default/button';
import { useState } from 'react';

import { saveFile } from '../../shared/saveFile.ts';
import { Link } from '../parts/Link.tsx';
import { ReasonDialog } from '../parts/ReasonDialog.tsx';
import { sectionPath } from '../route.ts';
import { useAct } from '../useAct.ts';
import { useWords } from '../words/language.ts';
import { bundleWords } from '../words/bundle.ts';
import { downloadBundle } from './download.ts';

interface DownloadButtonProps {
  readonly number: string;
}

/** Takes a bundle out of the system, with a reason of its own and a duty to delete it. */
export function DownloadButton({ number }: DownloadButtonProps) {
  const words = useWords(bundleWords);
  const [isAsking, setIsAsking] = useState(false);
  const [isSaved, setIsSaved] = useState(false);
  const act = useAct();

  const take = async (reason: string) => {
    if (await act.run(async (stop) => saveFile(await downloadBundle(number, reason, stop)))) {
      setIsAsking(false);
      setIsSaved(true);
    }
  };

  return (
    <>
      <Button onClick={() => setIsAsking(true)}>{words.download}…</Button>
      <span role="status">
        {isSaved && (
          <>
            {words.downloaded} <Link to={sectionPath('downloads')}>{words.toDownloads}</Link>
          </>
        )}
      </span>
      {isAsking && (
        <ReasonDialog
          title={words.downloadTitle}
          action={words.downloadAction}
          isRunning={act.isRunning}
          failure={act.failure}
          onClose={() => setIsAsking(false)}
          onReason={(reason) => void take(reason)}
        >
          <p>{words.downloadAbout}</p>
        </ReasonDialog>
      )}
    </>
  );
}
