import Button from '@atlaskit/button/default/button';
import Checkbox from '@atlaskit/checkbox';
import Heading from '@atlaskit/heading';
import { Stack, Text } from '@atlaskit/primitives/compiled';
import { type FormEvent, useState } from 'react';

import { FormField } from '../shared/FormField.tsx';
import { LanguageField } from '../shared/LanguageField.tsx';
import { addressFault } from './choice.ts';
import { ReportFailure } from './ReportFailure.tsx';
import { StatementLink } from './StatementLink.tsx';
import type { ReportState } from './useReport.ts';

interface SendSectionProps {
  readonly state: ReportState;
  readonly statementVersion: number;
}

const EMAIL_ID = 'report-email';

/** Whom the answer goes to, what is allowed besides, and the button that sends. */
export function SendSection({ state, statementVersion }: SendSectionProps) {
  const { contact, editContact, isLooking, isSending, isStale, send, sendFailure } = state;
  const [hasTried, setHasTried] = useState(false);
  const fault = addressFault(contact.email);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setHasTried(true);
    if (fault !== undefined) {
      document.getElementById(EMAIL_ID)?.focus();
    } else if (!isSending && !isLooking && !isStale) {
      void send();
    }
  };

  return (
    <section aria-labelledby="send" tabIndex={-1}>
      <form className="fields" noValidate onSubmit={submit}>
        <Heading as="h2" size="medium" id="send">
          Send it
        </Heading>
        <FormField
          id={EMAIL_ID}
          label="Your mail address"
          about="Answers go here. A mail asks you to confirm it first."
          type="email"
          autoComplete="email"
          value={contact.email}
          fault={hasTried ? fault : undefined}
          onChange={(email) => editContact({ email })}
        />
        <LanguageField
          id="report-language"
          about="The mails about this report are written in it; this page stays in English."
          value={contact.language}
          fault={undefined}
          onChange={(language) => editContact({ language })}
        />
        <Stack space="space.050">
          <Checkbox
            isChecked={contact.forAdministrators}
            label="Administrators of my site may read this report (they always see that there is one)"
            onChange={(event) => editContact({ forAdministrators: event.currentTarget.checked })}
          />
          <Checkbox
            isChecked={contact.forExperts}
            label="Experts outside the vendor who help with reports may get it"
            onChange={(event) => editContact({ forExperts: event.currentTarget.checked })}
          />
          <Checkbox
            isChecked={contact.isPrivacy}
            label="This is about my privacy"
            onChange={(event) => editContact({ isPrivacy: event.currentTarget.checked })}
          />
        </Stack>
        <Text as="p">
          What you agree to, you agree to under the <StatementLink version={statementVersion} />. You can take it back on the
          report’s own page at any time.
        </Text>
        {sendFailure !== null && <ReportFailure failure={sendFailure} />}
        <div>
          <Button type="submit" appearance="primary" isLoading={isSending} isDisabled={isStale || isLooking}>
            Send report
          </Button>
        </div>
      </form>
    </section>
  );
}
