import Lozenge from '@atlaskit/lozenge';
import { Stack, Text } from '@atlaskit/primitives/compiled';

import { serviceBase, underBase } from '../shared/base.ts';
import { FailurePanel } from '../shared/FailurePanel.tsx';
import { Loading } from '../shared/Loading.tsx';
import { Moment } from '../shared/Moment.tsx';
import { Section } from '../shared/Section.tsx';
import { loadStatement, type StatementState, type StatementVersion } from '../shared/statement.ts';
import { useFormat, useSpeech } from '../shared/speech.ts';
import { useLoad } from '../shared/useLoad.ts';
import { useAdminWords } from './words/words.ts';

interface StatementSectionProps {
  /** Another number loads it anew. */
  readonly run: number;
}

/** Which privacy statement is in force, and what its newest version changed. */
export function StatementSection({ run }: StatementSectionProps) {
  const { statement: words } = useAdminWords();
  const { load, isLoading, retry } = useLoad(loadStatement, run);
  return (
    <Section
      id="statement"
      title={words.title}
      about={words.about}
    >
      {load.state === 'loading' && <Loading what={words.what} />}
      {load.state === 'failed' && (
        <FailurePanel failure={load.failure} isRetrying={isLoading} onRetry={retry} headingLevel="h3" />
      )}
      {load.state === 'ready' && <Statement statement={load.value} />}
    </Section>
  );
}

function Statement({ statement }: { readonly statement: StatementState }) {
  const { statement: words } = useAdminWords();
  const { effectiveAt, newest } = statement;
  return (
    <Stack space="space.200">
      <Text as="p">
        {words.inForce} <Moment at={effectiveAt} />.
      </Text>
      {newest === null ? <Text as="p">{words.noVersion}</Text> : <Version version={newest} />}
      <Links number={newest?.number ?? null} />
    </Stack>
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
        {!version.isInForce && (
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
              <span className="any-text" lang="en">
                {change.text}
              </span>
              {change.isMaterial && <Lozenge appearance="warning">{words.matters}</Lozenge>}
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
  const to = (path: string) => ({ href: underBase(serviceBase(), `${path}?lang=${language}`), target: '_blank', rel: 'noopener' });
  return (
    <ul className="links">
      <li>
        <a {...to('/privacy')}>{words.read}</a>
      </li>
      {number !== null && (
        <li>
          <a {...to(`/privacy/versions/${number}`)}>{words.archived(format.count(number))}</a>
        </li>
      )}
      <li>
        <a {...to('/privacy/versions')}>{words.all}</a>
      </li>
    </ul>
  );
}
