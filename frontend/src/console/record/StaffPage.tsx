import Button from '@atlaskit/button/default/button';
import { useCallback, useState } from 'react';

import { wordFor } from '../../shared/catalogue.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { FailureBox } from '../parts/FailureBox.tsx';
import { Listing } from '../parts/Listing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { When } from '../parts/When.tsx';
import { useMay, useSession } from '../SessionContext.ts';
import { useAct } from '../useAct.ts';
import { useLoad } from '../useLoad.ts';
import { commonWords } from '../words/common.ts';
import { useWords } from '../words/language.ts';
import { peopleWords } from '../words/people.ts';
import { disable, endSessions, loadStaff, type Person } from './staff.ts';

/** Who has an account; operators end accounts and sessions. */
export default function StaffPage() {
  const { columns, staff } = useWords(peopleWords);
  const { roles } = useWords(commonWords);
  const { name } = useSession();
  const may = useMay();
  const people = useLoad(useCallback((stop: AbortSignal) => loadStaff(stop), []));
  const [ending, setEnding] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const act = useAct();

  const run = async (said: string, deed: (stop: AbortSignal) => Promise<void>) => {
    if (await act.run(deed)) {
      setEnding(null);
      setSaid(said);
      people.reload();
    }
  };
  const actions = (person: Person) =>
    person.name !== name &&
    person.state !== 'disabled' && (
      <div className="row-of-buttons">
        <Button
          spacing="compact"
          aria-label={staff.endSessionsLabel(person.name)}
          onClick={() => void run(staff.signedOut(person.name), (stop) => endSessions(person.name, stop))}
        >
          {staff.endSessions}
        </Button>
        <Button spacing="compact" aria-label={staff.disableLabel(person.name)} onClick={() => setEnding(person.name)}>
          {staff.disable}
        </Button>
      </div>
    );

  return (
    <div className="page-parts">
      <PageHead title={staff.title} about={staff.about} onRefresh={people.reload} isLoading={people.isLoading} />
      <div role="status" className="said">
        {said}
      </div>
      {ending === null && act.failure !== null && <FailureBox failure={act.failure} headingLevel="h2" />}
      <Listing of={people}>
        {(items) => (
          <DataTable
            label={staff.title}
            rows={items}
            keyOf={(person) => person.name}
            columns={[
              { name: columns.name, cell: (person) => person.name },
              { name: columns.role, cell: (person) => wordFor(roles, person.role) },
              { name: columns.state, cell: (person) => wordFor(staff.states, person.state) },
              {
                name: columns.contract,
                cell: (person) => (person.contractUntil === null ? staff.noContract : <When at={person.contractUntil} isDay />),
              },
              { name: columns.used, cell: (person) => <When at={person.lastUsedAt} /> },
              ...(may('staff: manage accounts') ? [{ name: columns.actions, cell: actions }] : []),
            ]}
          />
        )}
      </Listing>
      {ending !== null && (
        <Dialog
          title={staff.disableTitle(ending)}
          action={staff.disable}
          isDangerous
          isRunning={act.isRunning}
          onClose={() => setEnding(null)}
          onSubmit={() => void run(staff.disabled(ending), (stop) => disable(ending, stop))}
        >
          <div className="fields">
            <p>{staff.disableAbout}</p>
            {act.failure !== null && <FailureBox failure={act.failure} headingLevel="h2" />}
          </div>
        </Dialog>
      )}
    </div>
  );
}
