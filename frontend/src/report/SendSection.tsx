import Button from '@atlaskit/button/default/button';
import Checkbox from '@atlaskit/checkbox';
import Heading from '@atlaskit/heading';
import { Stack, Text } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';
import { type FormEvent, useState } from 'react';

import { FormField } from '../shared/FormField.tsx';
import { LanguageField } from '../shared/LanguageField.tsx';
import { isAddress } from './choice.ts';
import { NotSent } from './NotSent.tsx';
import { ReportFailure } from './ReportFailure.tsx';
import { StatementLink } from './StatementLink.tsx';
import type { ReportState } from './useReport.ts';
import { useReportWords } from './words/words.ts';

interface SendSectionProps {
  readonly state: ReportState;
  readonly seen: NonNullable<ReportState['seen']>;
}

const EMAIL_ID = 'report-email';

/** Whom the answer goes to, what is allowed besides, and the button that sends. */
export function SendSection({ state, seen }: SendSectionProps) {
  const { faults, send: words } = useReportWords();
  const { contact, editContact, isLooking, isSending, isStale, send, sendFailure } = state;
  const [hasTried, setHasTried] = useState(false);
  const fault = isAddress(contact.email) ? undefined : faults.address;

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
          {words.title}
        </Heading>
        {seen.preview.needsApproval && (
          <SectionMessage appearance="information">
            <p>{words.needsApproval}</p>
          </SectionMessage>
        )}
        <FormField
          id={EMAIL_ID}
          label={words.email}
          about={words.emailAbout}
          type="email"
          autoComplete="email"
          value={contact.email}
          fault={hasTried ? fault : undefined}
          isRequired
          onChange={(email) => editContact({ email })}
        />
        <LanguageField
          id="report-language"
          about={words.languageAbout}
          value={contact.language}
          fault={undefined}
          onChange={(language) => editContact({ language })}
        />
        <Stack space="space.050">
          <Checkbox
            isChecked={contact.forAdministrators}
            label={words.administrators}
            onChange={(event) => editContact({ forAdministrators: event.currentTarget.checked })}
          />
          <Checkbox
            isChecked={contact.forExperts}
            label={words.experts}
            onChange={(event) => editContact({ forExperts: event.currentTarget.checked })}
          />
          <Checkbox
            isChecked={contact.isPrivacy}
            label={words.privacy}
            onChange={(event) => editContact({ isPrivacy: event.currentTarget.checked })}
          />
        </Stack>
        <Text as="p">
          {words.agreed} <StatementLink version={seen.preview.statementVersion} /> {words.takeBack}
        </Text>
        <NotSent seen={seen} switches={state.switches} />
        {sendFailure !== null && <ReportFailure failure={sendFailure} />}
        <div>
          <Button type="submit" appearance="primary" isLoading={isSending} isDisabled={isStale || isLooking}>
            {words.button}
          </Button>
        </div>
      </form>
    </section>
  );
}
