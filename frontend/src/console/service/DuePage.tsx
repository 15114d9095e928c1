import SectionMessage from '@atlaskit/section-message/section-message';
import { useCallback, useState } from 'react';

import { formatCount } from '../../shared/format.ts';
import { Listing } from '../parts/Listing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { SelectField } from '../parts/SelectField.tsx';
import { useLoad } from '../useLoad.ts';
import { useLocale, useWords } from '../words/language.ts';
import { workWords } from '../words/work.ts';
import { type Amounts, barsOf, type Due, loadDue, WORK } from './due.ts';
import { DuePicture } from './DuePicture.tsx';
import { DueTable } from './DueTable.tsx';
import { useKindName } from './kindName.ts';

/** What is due in the next 30 days: as a picture, and as a table for whoever reads one better. */
export default function DuePage() {
  const { due: words } = useWords(workWords);
  const due = useLoad(useCallback((stop: AbortSignal) => loadDue(stop), []));
  return (
    <div className="page-parts">
      <PageHead title={words.title} about={words.about} onRefresh={due.reload} isLoading={due.isLoading} />
      <Listing of={due}>{(value) => <Shown due={value} />}</Listing>
    </div>
  );
}

function Shown({ due }: { readonly due: Due }) {
  const { due: words } = useWords(workWords);
  const [what, setWhat] = useState('work');
  const bars = barsOf(due, (kind) => WORK.includes(kind) === (what === 'work'));
  const isEmpty = bars.every((bar) => bar.total === 0);
  return (
    <>
      <Overdue amounts={due.overdue} />
      <div className="narrow-field">
        <SelectField
          id="due-what"
          label={words.what}
          options={[
            { value: 'work', label: words.work },
            { value: 'expiries', label: words.expiries },
          ]}
          value={what}
          onChange={setWhat}
        />
      </div>
      {isEmpty ? <p>{words.nothing}</p> : <DuePicture bars={bars} />}
      {!isEmpty && <DueTable bars={bars} />}
    </>
  );
}

function Overdue({ amounts }: { readonly amounts: Amounts }) {
  const { due: words } = useWords(workWords);
  const locale = useLocale();
  const nameOf = useKindName();
  const parts = Object.entries(amounts).map(([kind, amount]) => `${nameOf(kind)}: ${formatCount(amount, locale)}`);
  return parts.length === 0 ? null : (
    <SectionMessage appearance="warning" title={words.overdue} headingLevel="h2">
      <p>{words.overdueText(parts.join(', '))}</p>
    </SectionMessage>
  );
}
