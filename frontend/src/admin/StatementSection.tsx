import Lozenge from '@atlaskit/lozenge';
import { Stack, Text } from '@atlaskit/primitives/compiled';

import { serviceBase, underBase } from '../shared/base.ts';
import { FailurePanel } from '../shared/FailurePanel.tsx';
import { Loading } from '../shared/Loading.tsx';
import { Moment } from '../shared/Moment.tsx';
import { Section } from '../shared/Section.tsx';
import { loadStatement, type StatementVersion } from '../shared/statement.ts';
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
      {load.state === 'ready' && <Version version={load.value} />}
    </Section>
  );
}

function Version({ version }: { readonly version: StatementVersion }) {
  return (
    <Stack space="space.200">
      <Text as="p">
        Version {version.number},{' '}
        {version.isInForce ? 'in force since ' : 'published, takes effect on '}
        <Moment at={version.effectiveAt} />.
      </Text>
      {version.changes === null && <Text as="p">It is the first version, so it changed nothing.</Text>}
      {version.changes !== null && version.changes.length === 0 && (
        <Text as="p">It says the same as the version before it.</Text>
      )}
      {version.changes !== null && version.changes.length > 0 && (
        <ul className="changes" aria-label="What it changed">
          {version.changes.map((change) => (
            <li key={change.text}>
              <span className="any-text">{change.text}</span>
              {change.isMaterial && <Lozenge appearance="warning">Matters</Lozenge>}
            </li>
          ))}
        </ul>
      )}
      <Links number={version.number} />
    </Stack>
  );
}

function Links({ number }: { readonly number: number }) {
  const to = (path: string) => ({ href: underBase(serviceBase(), path), target: '_blank', rel: 'noopener' });
  return (
    <ul className="links">
      <li>
        <a {...to('/privacy')}>Read the statement</a>
      </li>
      <li>
        <a {...to(`/privacy/versions/${number}`)}>Version {number} in the archive</a>
      </li>
      <li>
        <a {...to('/privacy/versions')}>All versions</a>
      </li>
    </ul>
  );
}
