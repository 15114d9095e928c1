import Button from '@atlaskit/button/default/button';
import { type FormEvent, useState } from 'react';

import { InputField } from '../parts/InputField.tsx';
import { useNavigation } from '../navigation.ts';
import { HOME, ticketPath } from '../route.ts';
import { queueWords } from '../words/queue.ts';
import { useWords } from '../words/language.ts';
import { changed, isSearchable, numberIn } from './asked.ts';

interface SearchFormProps {
  readonly searched: string | null;
}

/** Looks for tickets. A whole number leads to its ticket at once. */
export function SearchForm({ searched }: SearchFormProps) {
  const words = useWords(queueWords);
  const { query, go } = useNavigation();
  const [typed, setTyped] = useState(searched ?? '');
  const [hasTried, setHasTried] = useState(false);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setHasTried(true);
    const number = numberIn(typed);
    if (number !== null) {
      go(ticketPath(number));
    } else if (isSearchable(typed)) {
      go(HOME, changed(query, { q: typed.trim() }));
    }
  };

  return (
    <form role="search" className="search" noValidate onSubmit={submit}>
      <InputField
        id="search"
        type="search"
        label={words.search}
        about={words.searchAbout}
        value={typed}
        maxLength={200}
        fault={hasTried && !isSearchable(typed) && numberIn(typed) === null ? words.searchFault : undefined}
        onChange={setTyped}
      />
      <div className="search-buttons">
        <Button type="submit">{words.find}</Button>
        {searched !== null && (
          <Button appearance="subtle" onClick={() => go(HOME, changed(query, { q: null }))}>
            {words.endSearch}
          </Button>
        )}
      </div>
    </form>
  );
}
