import Heading from '@atlaskit/heading';

import { When } from '../parts/When.tsx';
import { useWords } from '../words/language.ts';
import { bundleWords } from '../words/bundle.ts';
import { itemName } from './itemName.ts';
import type { Consent } from './ticket.ts';

interface ConsentsProps {
  readonly consents: readonly Consent[];
}

/** To which version of the statement; none may have been published by then. */
function given({ statementVersion }: Consent, words: typeof bundleWords.en): string {
  return statementVersion === 0 ? words.consentGivenToNone : words.consentGiven(String(statementVersion));
}

/** What the reporter has agreed to, and what they have taken back. */
export function Consents({ consents }: ConsentsProps) {
  const words = useWords(bundleWords);
  return (
    <div>
      <Heading as="h3" size="xsmall">
        {words.consents}
      </Heading>
      {consents.length === 0 && <p className="subtle">{words.noConsents}</p>}
      <ul className="plain">
        {consents.map((consent) => (
          <li key={consent.item}>
            {itemName(consent.item, words)}, {given(consent, words)}, <When at={consent.givenAt} />
            {consent.withdrawnAt !== null && (
              <strong>
                {' '}
                – {words.consentGone} <When at={consent.withdrawnAt} />
              </strong>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
