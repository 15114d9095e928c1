import Button from '@atlaskit/button/default/button';
import Heading from '@atlaskit/heading';
import { Stack } from '@atlaskit/primitives/compiled';
import { type FormEvent, useState } from 'react';

import { FormField } from '../shared/FormField.tsx';
import { DRAFT_FIELDS, type DraftFaults, type DraftField, faultsOf } from './draft.ts';
import { FilesField } from './FilesField.tsx';
import { ReportFailure } from './ReportFailure.tsx';
import { SeverityField } from './SeverityField.tsx';
import { TextArea } from '../shared/TextArea.tsx';
import { useFormat } from '../shared/speech.ts';
import type { ReportState } from './useReport.ts';
import { useReportWords } from './words/words.ts';

interface DescribeSectionProps {
  readonly state: ReportState;
  /** Called when there is something to look at. */
  readonly onSeen: () => void;
}

const ID = {
  description: 'report-description',
  doing: 'report-doing',
  severity: 'report-severity',
  errorId: 'report-error-id',
  files: 'report-files',
} as const satisfies Record<DraftField, string>;

export function DescribeSection({ state, onSeen }: DescribeSectionProps) {
  const { describe: words, faults: faultWords } = useReportWords();
  const format = useFormat();
  const { draft, edit, isLooking, look, lookFailure, seen } = state;
  const [hasTried, setHasTried] = useState(false);
  const faults: DraftFaults = hasTried ? faultsOf(draft, faultWords, format) : {};

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setHasTried(true);
    const found = faultsOf(draft, faultWords, format);
    const first = DRAFT_FIELDS.find((field) => found[field] !== undefined);
    if (first !== undefined) {
      document.getElementById(ID[first])?.focus();
    } else if (!isLooking && (await look())) {
      onSeen();
    }
  };

  return (
    <section aria-labelledby="describe" tabIndex={-1}>
      <form className="fields" noValidate onSubmit={(event) => void submit(event)}>
        <Heading as="h2" size="medium" id="describe">
          {words.title}
        </Heading>
        <TextArea
          id={ID.description}
          label={words.description}
          about={words.descriptionAbout}
          rows={7}
          value={draft.description}
          fault={faults.description}
          isRequired
          onChange={(description) => edit({ description })}
        />
        <TextArea
          id={ID.doing}
          label={words.doing}
          about={words.doingAbout}
          rows={3}
          value={draft.doing}
          fault={faults.doing}
          onChange={(doing) => edit({ doing })}
        />
        <SeverityField id={ID.severity} value={draft.severity} onChange={(severity) => edit({ severity })} />
        <FormField
          id={ID.errorId}
          label={words.errorId}
          about={words.errorIdAbout}
          type="text"
          autoComplete="off"
          value={draft.errorId}
          fault={faults.errorId}
          onChange={(errorId) => edit({ errorId })}
        />
        <FilesField id={ID.files} files={draft.files} onChange={(files) => edit({ files })} />
        {lookFailure !== null && <ReportFailure failure={lookFailure} />}
        <Stack space="space.100">
          <div>
            <Button type="submit" appearance={seen === null ? 'primary' : 'default'} isLoading={isLooking}>
              {words.look}
            </Button>
          </div>
          {seen === null && <span className="subtle">{words.nothingYet}</span>}
        </Stack>
      </form>
    </section>
  );
}
