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
import type { ReportState } from './useReport.ts';

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
  const { draft, edit, isLooking, look, lookFailure, seen } = state;
  const [hasTried, setHasTried] = useState(false);
  const faults: DraftFaults = hasTried ? faultsOf(draft) : {};

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setHasTried(true);
    const found = faultsOf(draft);
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
          What is the problem?
        </Heading>
        <TextArea
          id={ID.description}
          label="Description"
          about="What happened, and what you expected. Addresses, phone numbers, tokens and the like are masked before anything is sent."
          rows={7}
          value={draft.description}
          fault={faults.description}
          onChange={(description) => edit({ description })}
        />
        <TextArea
          id={ID.doing}
          label="What were you doing? (optional)"
          about="The steps that lead to it help most."
          rows={3}
          value={draft.doing}
          fault={faults.doing}
          onChange={(doing) => edit({ doing })}
        />
        <SeverityField id={ID.severity} value={draft.severity} onChange={(severity) => edit({ severity })} />
        <FormField
          id={ID.errorId}
          label="Request id (optional)"
          about="If the app showed you an error with a request id, the matching lines of its log can go along."
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
              See what will be sent
            </Button>
          </div>
          <span className="subtle">Nothing is stored or sent to support yet.</span>
        </Stack>
      </form>
    </section>
  );
}
