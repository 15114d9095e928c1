import Lozenge from '@atlaskit/lozenge';

import { wordFor } from '../../shared/catalogue.ts';
import { useWords } from '../words/language.ts';
import { serviceWords } from '../words/service.ts';

const APPEARANCES = {
  active: 'success',
  disabled: 'neutral',
  suspected: 'warning',
  marked: 'warning',
  erasing: 'danger',
} as const;

export function TenantState({ state }: { readonly state: string }) {
  const { tenants } = useWords(serviceWords);
  const appearance = Object.hasOwn(APPEARANCES, state) ? APPEARANCES[state as keyof typeof APPEARANCES] : 'neutral';
  return <Lozenge appearance={appearance}>{wordFor(tenants.states, state)}</Lozenge>;
}
