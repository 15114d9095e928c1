import Button from '@atlaskit/button/default/button';
import Heading from '@atlaskit/heading';
import { useEffect, useState } from 'react';

import { formatTimeOfDay } from '../../shared/format.ts';
import { FailureBox } from '../parts/FailureBox.tsx';
import { ReasonDialog } from '../parts/ReasonDialog.tsx';
import { useMay } from '../SessionContext.ts';
import { useAct } from '../useAct.ts';
import { useLanguage, useWords } from '../words/language.ts';
import { bundleWords } from '../words/bundle.ts';
import { BundleContents } from './BundleContents.tsx';
import { Consents } from './Consents.tsx';
import { DownloadButton } from './DownloadButton.tsx';
import { Manifest } from './Manifest.tsx';
import { MaskLater } from './MaskLater.tsx';
import { type Bundle, loadBundle, openBundle, type Ticket } from './ticket.ts';

interface BundleSectionProps {
  readonly ticket: Ticket;
  /** Called with what to say when what was sent has changed. */
  readonly onChanged: (said: string) => void;
}

/** Forgets what was looked at when the time for looking is over. */
function useOpened(): readonly [Bundle | null, (bundle: Bundle | null) => void] {
  const [opened, setOpened] = useState<Bundle | null>(null);
  useEffect(() => {
    if (opened === null) {
      return undefined;
    }
    const timer = window.setTimeout(() => setOpened(null), Math.max(Date.parse(opened.until) - Date.now(), 0));
    return () => window.clearTimeout(timer);
  }, [opened]);
  return [opened, setOpened];
}

/** What was sent: its manifest to everybody who works on the ticket, its contents to whoever says why. */
export function BundleSection({ ticket, onChanged }: BundleSectionProps) {
  const words = useWords(bundleWords);
  const language = useLanguage();
  const may = useMay();
  const [isAsking, setIsAsking] = useState(false);
  const [opened, setOpened] = useOpened();
  const act = useAct();

  const open = async (reason: string) => {
    const isOpen = await act.run(async (stop) => setOpened(await openBundle(ticket.number, reason, stop)));
    setIsAsking(!isOpen);
  };
  // Who has said why a moment ago need not say it again.
  const { grantedUntil } = ticket;
  const look = () => {
    if (grantedUntil !== null && Date.parse(grantedUntil) > Date.now()) {
      void act.run(async (stop) => setOpened(await loadBundle(ticket.number, stop)));
    } else {
      setIsAsking(true);
    }
  };

  const masked = (said: string) => {
    setOpened(null);
    onChanged(said);
  };

  return (
    <section aria-labelledby="bundle" className="part" tabIndex={-1}>
      <Heading as="h2" size="small" id="bundle">
        {words.bundle}
      </Heading>
      <Manifest ticket={ticket} />
      {may('staff: bundle') && (
        <div className="row-of-buttons">
          {opened === null ? (
            <Button onClick={look} isLoading={act.isRunning}>
              {grantedUntil === null ? words.openBundle : words.show}
            </Button>
          ) : (
            <Button onClick={() => setOpened(null)}>{words.hide}</Button>
          )}
          {opened !== null && <DownloadButton number={ticket.number} />}
          {opened !== null && <MaskLater number={ticket.number} onMasked={masked} />}
        </div>
      )}
      {!isAsking && act.failure !== null && <FailureBox failure={act.failure} headingLevel="h3" />}
      <div role="status" className="subtle">
        {opened !== null && words.openUntil(formatTimeOfDay(new Date(opened.until), language))}
      </div>
      {opened !== null && <BundleContents items={opened.items} />}
      <Consents consents={ticket.consents} />
      {isAsking && (
        <ReasonDialog
          title={words.openTitle}
          action={words.openAction}
          isRunning={act.isRunning}
          failure={act.failure}
          onClose={() => setIsAsking(false)}
          onReason={(reason) => void open(reason)}
        >
          <p>{words.openAbout}</p>
        </ReasonDialog>
      )}
    </section>
  );
}
