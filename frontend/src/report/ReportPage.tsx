import Heading from '@atlaskit/heading';
import { Stack, Text } from '@atlaskit/primitives/compiled';
import { useEffect, useRef, useState } from 'react';

import { DescribeSection } from './DescribeSection.tsx';
import { PreviewSection } from './PreviewSection.tsx';
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

  // Whoever asked to see it is brought there; a mask or another tier leaves them where they are.
  useEffect(() => {
    if (looks > 0) {
      preview.current?.focus();
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
            <DescribeSection state={state} onSeen={() => setLooks((count) => count + 1)} />
            {seen !== null && (
              <>
                <PreviewSection state={state} seen={seen} section={preview} />
                <SendSection state={state} statementVersion={seen.preview.statementVersion} />
              </>
            )}
          </>
        )}
      </Stack>
    </main>
  );
}
