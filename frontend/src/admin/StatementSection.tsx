import Lozenge from '@atlaskit/lozenge';
import { Stack, Text } from '@atlaskit/primitives/compiled';

import { serviceBase, underBase } from '../shared/base.ts';
import { FailurePanel } from '../shared/FailurePanel.tsx';
import { Loading } from '../shared/Loading.tsx';
import { Moment } from '../shared/Moment.tsx';
import { Section } from '../shared/Section.tsx';
import { loadStatement, type StatementState, type StatementVersion } from '../shared/statement.ts';
import { useLoad } from '../shared/useLoad.ts';

interface StatementSectionProps {
  /** Another number loads it anew. */
  readonly run: number;
}

/** Which privacy statement is in force, and what its newest version changed. */
export function StatementSection({ run }: StatementSectionProps) {
  const { load, isLoading, retry } = useLoad(loadStatement, run);
  return (
    <Section
      id="statement"
      title="Privacy statement"
      about="The app obeys the same file that the statement is made from. Changes that matter are mailed to your address for notices before they take effect."
    >
      {load.state === 'loading' && <Loading what="the statement" />}
      {load.state === 'failed' && (
        <FailurePanel failure={load.failure} isRetrying={isLoading} onRetry={retry} headingLevel="h3" />
      )}
      {load.state === 'ready' && <Statement statement={load.value} />}
    </Section>
  );
}

function Statement({ statement }: { readonly statement: StatementState }) {
  const { effectiveAt, newest } = statement;
  return (
    <Stack space="space.200">
      <Text as="p">
        The statement in force applies since <Moment at={effectiveAt} />.
      </Text>
      {newest === null ? <Text as="p">No version is in the archive yet.</Text> : <Version version={newest} />}
      <Links number={newest?.number ?? null} />
    </Stack>
  );
}

function Version({ version }: { readonly version: StatementVersion }) {
  const { number, changes } = version;
  return (
    <Stack space="space.100">
      <Text as="p">
        {`Version ${number} is the newest in the archive`}
        {!version.isInForce && (
          <>
            {'; it takes effect on '}
            <Moment at={version.effectiveAt} />
          </>
        )}
        .
      </Text>
      {changes === null && <Text as="p">It is the first version, so it changed nothing.</Text>}
      {changes !== null && changes.length === 0 && <Text as="p">It says the same as the version before it.</Text>}
      {changes !== null && changes.length > 0 && (
        <ul className="changes" aria-label="What it changed">
          {changes.map((change) => (
            <li key={change.text}>
              <span className="any-text">{change.text}</span>
              {change.isMaterial && <Lozenge appearance="warning">Matters</Lozenge>}
            </li>
          ))}
        </ul>
      )}
    </Stack>
  );
}

function Links({ number }: { readonly number: number | null }) {
  const to = (path: string) => ({ href: underBase(serviceBase(), path), target: '_blank', rel: 'noopener' });
  return (
    <ul className="links">
      <li>
        <a {...to('/privacy')}>Read the statement</a>
      </li>
      {number !== null && (
        <li>
          <a {...to(`/privacy/versions/${number}`)}>{`Version ${number} in the archive`}</a>
        </li>
      )}
      <li>
        <a {...to('/privacy/versions')}>All versions</a>
      </li>
    </ul>
  );
}
