import { type FormEvent, useEffect, useRef, useState } from 'react';

import { type Failure, failureOf, isRefusedAs } from '../../shared/failure.ts';
import { type Session, signIn } from '../session.ts';

export const SIGN_IN_FIELDS = ['name', 'password', 'newPassword', 'code'] as const;
export type SignInField = (typeof SIGN_IN_FIELDS)[number];
type Typed = Readonly<Record<SignInField, string>>;
type Faults = Partial<Record<SignInField, 'missing' | 'codeFault' | 'lengthFault'>>;

export type Outcome =
  | { readonly kind: 'wrong' }
  | { readonly kind: 'choose' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** The bounds of the service for passwords. */
const PASSWORD = { least: 12, most: 200 };

const NOTHING: Typed = { name: '', password: '', newPassword: '', code: '' };

/** What is missing before anything is sent. */
export function faultsOf(typed: Typed, needsPassword: boolean): Faults {
  const faults: Faults = {};
  for (const field of SIGN_IN_FIELDS) {
    if (typed[field].trim() === '' && (field !== 'newPassword' || needsPassword)) {
      faults[field] = 'missing';
    }
  }
  if (needsPassword && faults.newPassword === undefined && !isLongEnough(typed.newPassword)) {
    faults.newPassword = 'lengthFault';
  }
  if (faults.code === undefined && !/^\d{6}$/.test(codeOf(typed.code))) {
    faults.code = 'codeFault';
  }
  return faults;
}

function isLongEnough(password: string): boolean {
  const letters = [...password].length;
  return letters >= PASSWORD.least && letters <= PASSWORD.most;
}

/** Apps show codes with a gap in the middle. */
export function codeOf(typed: string): string {
  return typed.replace(/\s/g, '');
}

function outcomeOf(failure: Failure): Outcome {
  if (isRefusedAs(failure, 'unauthenticated')) {
    return { kind: 'wrong' };
  }
  return isRefusedAs(failure, 'password_change_required') ? { kind: 'choose' } : { kind: 'failed', failure };
}

/** The form at the door. What was shown is not kept any longer than it takes. */
export function useSignIn(onSignedIn: (session: Session) => void) {
  const [typed, setTyped] = useState(NOTHING);
  const [hasTried, setHasTried] = useState(false);
  const [needsPassword, setNeedsPassword] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [isRunning, setIsRunning] = useState(false);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  // Once it is drawn: the field for a new password was not there before.
  useEffect(() => {
    if (outcome !== null) {
      document.getElementById(outcome.kind === 'choose' ? 'sign-in-newPassword' : 'sign-in-code')?.focus();
    }
  }, [outcome]);

  const send = async () => {
    const own = new AbortController();
    running.current = own;
    setIsRunning(true);
    setOutcome(null);
    const { name, password, newPassword } = typed;
    const shown = { name: name.trim(), password, code: codeOf(typed.code), ...(needsPassword && { newPassword }) };
    const found = await signIn(shown, own.signal).then(
      (session) => ({ session }),
      (thrown: unknown) => ({ outcome: outcomeOf(failureOf(thrown)) }),
    );
    if (own.signal.aborted) {
      return;
    }
    if ('session' in found) {
      setTyped(NOTHING);
      onSignedIn(found.session);
      return;
    }
    setIsRunning(false);
    setHasTried(false);
    setOutcome(found.outcome);
    setNeedsPassword((before) => before || found.outcome.kind === 'choose');
    // A code that was shown is of no more use.
    setTyped((before) => ({ ...before, code: '' }));
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setHasTried(true);
    const faults = faultsOf(typed, needsPassword);
    const first = SIGN_IN_FIELDS.find((field) => faults[field] !== undefined);
    if (first !== undefined) {
      document.getElementById(`sign-in-${first}`)?.focus();
    } else if (!isRunning) {
      await send();
    }
  };

  const type = (field: SignInField, text: string) => setTyped((before) => ({ ...before, [field]: text }));
  const faults: Faults = hasTried ? faultsOf(typed, needsPassword) : {};
  return { typed, type, faults, outcome, isRunning, needsPassword, submit };
}
