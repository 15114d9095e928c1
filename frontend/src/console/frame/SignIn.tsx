import Button from '@atlaskit/button/default/button';
import Heading from '@atlaskit/heading';
import { Stack } from '@atlaskit/primitives/compiled';
import SectionMessage from '@atlaskit/section-message/section-message';
import { useEffect, useRef } from 'react';

import { FailureBox } from '../parts/FailureBox.tsx';
import { InputField } from '../parts/InputField.tsx';
import type { Session } from '../session.ts';
import { useWords } from '../words/language.ts';
import { signInWords } from '../words/signIn.ts';
import { LanguageButton } from './LanguageButton.tsx';
import { type SignInField, useSignIn } from './useSignIn.ts';

interface SignInProps {
  /** Whether somebody was signed in before. */
  readonly hasEnded: boolean;
  readonly onSignedIn: (session: Session) => void;
  readonly onLanguage: () => void;
}

const FIELDS = [
  { name: 'name', type: 'text', autoComplete: 'username' },
  { name: 'password', type: 'password', autoComplete: 'current-password' },
  { name: 'newPassword', type: 'password', autoComplete: 'new-password' },
  { name: 'code', type: 'text', autoComplete: 'one-time-code', inputMode: 'numeric' },
] as const satisfies readonly { name: SignInField; type: string; autoComplete: string; inputMode?: string }[];

const ABOUT = { name: 'nameAbout', newPassword: 'newPasswordAbout', code: 'codeAbout' } as const;

export function SignIn({ hasEnded, onSignedIn, onLanguage }: SignInProps) {
  const words = useWords(signInWords);
  const { typed, type, faults, outcome, isRunning, needsPassword, submit } = useSignIn(onSignedIn);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    form.current?.querySelector('input')?.focus();
  }, []);

  const fields = FIELDS.filter((field) => field.name !== 'newPassword' || needsPassword);
  return (
    <main className="sign-in">
      <form ref={form} className="fields" noValidate onSubmit={(event) => void submit(event)}>
        <Heading as="h1" size="medium">
          {words.title}
        </Heading>
        {hasEnded && outcome === null && (
          <SectionMessage appearance="information" title={words.ended} headingLevel="h2">
            <p>{words.endedText}</p>
          </SectionMessage>
        )}
        <div role="alert" className="slot">
          {outcome?.kind === 'wrong' && (
            <SectionMessage appearance="error" title={words.wrong} headingLevel="h2">
              <p>{words.wrongText}</p>
            </SectionMessage>
          )}
          {outcome?.kind === 'choose' && (
            <SectionMessage appearance="information" title={words.choose} headingLevel="h2">
              <p>{words.chooseText}</p>
            </SectionMessage>
          )}
        </div>
        {outcome?.kind === 'failed' && <FailureBox failure={outcome.failure} headingLevel="h2" />}
        <Stack space="space.200">
          {fields.map(({ name, ...field }) => (
            <InputField
              key={name}
              {...field}
              id={`sign-in-${name}`}
              label={words[name]}
              about={name === 'password' ? null : words[ABOUT[name]]}
              value={typed[name]}
              fault={faults[name] === undefined ? undefined : words[faults[name]]}
              onChange={(text) => type(name, text)}
            />
          ))}
        </Stack>
        <div className="row-of-buttons">
          <Button type="submit" appearance="primary" isLoading={isRunning}>
            {words.signIn}
          </Button>
          <LanguageButton onChange={onLanguage} />
        </div>
      </form>
    </main>
  );
}
