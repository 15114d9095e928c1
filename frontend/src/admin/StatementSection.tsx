import Button from '@atlaskit/button/default/button';
import { Inline, Stack, Text } from '@atlaskit/primitives/compiled';
import type { ReactNode } from 'react';

import type { Load } from '../shared/load.ts';
import { LoadedPart } from '../shared/LoadedPart.tsx';
import { Moment } from '../shared/Moment.tsx';
import { ServiceLink } from '../shared/OutsideLink.tsx';
import { Section } from '../shared/Section.tsx';
import type { Settings } from '../shared/settings.ts';
import { loadStatement, type StatementState, type StatementVersion } from '../shared/statement.ts';
import { useFormat, useSpeech } from '../shared/speech.ts';
import { useLoad } from '../shared/useLoad.ts';
import { StatementChangeView } from './StatementChangeView.tsx';
import { useAdminWords } from './words/words.ts';

interface StatementSectionProps {
  /** Where changes are mailed to, as far as that is known. */
  readonly settings: Load<Settings>;
  readonly onGoToSettings: () => void;
  /** Another number loads it anew. */
  readonly run: number;
}

/** Which privacy statement is in force, and what its newest version changed. */
export function StatementSection({ settings, onGoToSettings, run }: StatementSectionProps) {
  const { statement: words } = useAdminWords();
  const { load, isLoading, retry } = useLoad(loadStatement, run);
  return (
    <Section
      id="statement"
      title={words.title}
      about={words.about}
    >
      <LoadedPart load={load} what={words.what} isRetrying={isLoading} onRetry={retry} headingLevel="h3">
        {(statement) => (
          <Statement statement={statement}>
            {settings.state === 'ready' && <Told contact={settings.value.contact} onGoToSettings={onGoToSettings} />}
          </Statement>
        )}
      </LoadedPart>
    </Section>
  );
}

function Statement({ statement, children }: { readonly statement: StatementState; readonly children: ReactNode }) {
  const { statement: words } = useAdminWords();
  const format = useFormat();
  const { effectiveAt, newest, number } = statement;
  return (
    <Stack space="space.200">
      <Text as="p">
        {number === null ? words.inForce : words.versionInForce(format.count(number))} <Moment at={effectiveAt} />.
      </Text>
      {newest === null ? <Text as="p">{words.noVersion}</Text> : <Version version={newest} />}
      {children}
      <Links number={newest?.number ?? null} />
    </Stack>
  );
}

/** Who hears of the next change without looking here. */
function Told({ contact, onGoToSettings }: { readonly contact: string | null; readonly onGoToSettings: () => void }) {
  const { statement: words } = useAdminWords();
  if (contact === null) {
    return (
      <Inline space="space.150" alignBlock="center" shouldWrap>
        <Text>{words.nobodyTold}</Text>
        <Button onClick={onGoToSettings}>{words.enterAddress}</Button>
      </Inline>
    );
  }
  return (
    <Text as="p">
      {words.told} <span className="any-text">{contact}</span>
    </Text>
  );
}

function Version({ version }: { readonly version: StatementVersion }) {
  const { statement: words } = useAdminWords();
  const format = useFormat();
  const { number, changes } = version;
  return (
    <Stack space="space.100">
      <Text as="p">
        {words.newest(format.count(number))}
        {!version.inForce && (
          <>
            {' '}
            {words.takesEffect} <Moment at={version.effectiveAt} />.
          </>
        )}
      </Text>
      {changes === null && <Text as="p">{words.first}</Text>}
      {changes !== null && changes.length === 0 && <Text as="p">{words.same}</Text>}
      {changes !== null && changes.length > 0 && (
        <ul className="changes" aria-label={words.changes}>
          {changes.map((change) => (
            <li key={change.text}>
              <StatementChangeView change={change} />
            </li>
          ))}
        </ul>
      )}
    </Stack>
  );
}

function Links({ number }: { readonly number: number | null }) {
  const { statement: words } = useAdminWords();
  const format = useFormat();
  const { language } = useSpeech();
  const to = (path: string) => `${path}?lang=${language}`;
  return (
    <ul className="links">
      <li>
        <ServiceLink path={to('/privacy')}>{words.read}</ServiceLink>
      </li>
      {number !== null && (
        <li>
          <ServiceLink path={to(`/privacy/versions/${number}`)}>{words.archived(format.count(number))}</ServiceLink>
        </li>
      )}
      <li>
        <ServiceLink path={to('/privacy/versions')}>{words.all}</ServiceLink>
      </li>
      <li>
        <ServiceLink path={to('/privacy/versions.atom')}>{words.subscribe}</ServiceLink>
      </li>
      <li>
        <ServiceLink path={to('/stored')}>{words.stored}</ServiceLink>
      </li>
    </ul>
  );
}
