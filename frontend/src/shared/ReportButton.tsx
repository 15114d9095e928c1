import Button from '@atlaskit/button/default/button';

import { canReport, reportProblem } from './reportDialog.ts';
import type { SharedWords } from './words/words.ts';

interface ReportButtonProps {
  /** Of the request that failed; nothing where it was the page itself. */
  readonly errorId: string | null;
  readonly words: Pick<SharedWords, 'report' | 'reportTitle'>;
}

/** The way to a report from where something failed; nothing where the product opens no page over another one. */
export function ReportButton({ errorId, words }: ReportButtonProps) {
  return canReport() ? (
    <div>
      <Button appearance="subtle" onClick={() => reportProblem(errorId, words.reportTitle)}>
        {words.report}
      </Button>
    </div>
  ) : null;
}
