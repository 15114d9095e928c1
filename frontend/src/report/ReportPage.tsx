import Heading from '@atlaskit/heading';
import { Stack, Text } from '@atlaskit/primitives/compiled';
import { useEffect, useRef, useState } from 'react';

import { bringTo } from '../shared/bringTo.ts';
import { loadReportsTaken } from '../shared/reportsTaken.ts';
import { useLoad } from '../shared/useLoad.ts';
import { DescribeSection } from './DescribeSection.tsx';
import { hasForm, hindranceOf } from './hindrance.ts';
import { PreviewSection } from './PreviewSection.tsx';
import { ReportsTakenView } from './ReportsTakenView.tsx';
import { SendSection } from './SendSection.tsx';
import { SentView } from './SentView.tsx';
import { useReport } from './useReport.ts';
import { useReportWords } from './words/words.ts';

/** The page for everybody who has a problem: describe it, see exactly what will be sent, and send it. */
export function ReportPage() {
  const words = useReportWords();
  const state = useReport();
  const { seen, ticket } = state;
  const preview = useRef<HTMLElement>(null);
  const [looks, setLooks] = useState(0);
  const taken = useLoad(loadReportsTaken, 0);
  const hindrance = hindranceOf(taken.load);

  // Whoever asked to see it is brought there; a mask or another tier leaves them where they are.
  useEffect(() => {
    if (looks > 0) {
      bringTo(preview.current);
    }
  }, [looks]);

  return (
    <main className="page report" tabIndex={-1}>
      <Stack space="space.400">
        <Stack space="space.100">
          <Heading as="h1" size="large">
            {words.title}
          </Heading>
          <Text as="p" color="color.text.subtle">
            {words.about}
          </Text>
        </Stack>
        {ticket !== null ? (
          <SentView ticket={ticket} email={state.contact.email.trim()} onAnother={state.startAnew} />
        ) : (
          <>
            {hindrance !== null && (
              <ReportsTakenView hindrance={hindrance} isAsking={taken.isLoading} onAskAgain={taken.retry} />
            )}
            {hasForm(hindrance, state.draft) && (
              <DescribeSection state={state} onSeen={() => setLooks((count) => count + 1)} />
            )}
            {seen !== null && (
              <>
                <PreviewSection state={state} seen={seen} section={preview} />
                <SendSection state={state} seen={seen} />
              </>
            )}
          </>
        )}
      </Stack>
    </main>
  );
}
