import { fields, text } from '../../shared/read.ts';
import { ask } from '../api.ts';

/** What somebody told on the telephone or wrote in a letter. */
export interface Told {
  readonly source: string;
  readonly product: string;
  readonly site: string;
  readonly email: string;
  readonly language: string;
  readonly severity: string;
  readonly text: string;
}

export const TEXT_MOST = 10_000;

export interface Faults {
  readonly site: boolean;
  readonly email: boolean;
  readonly text: boolean;
}

/** What is certainly wrong. Whether there is such an installation, the service knows. */
export function faultsOf({ site, email, text: said }: Told): Faults {
  const letters = [...said.trim()].length;
  return {
    site: site.trim() === '',
    email: !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim()),
    text: letters < 1 || letters > TEXT_MOST,
  };
}

/** The number of the ticket that was made. The same key once more makes no second one. */
export function takeIn(told: Told, key: string, stop: AbortSignal): Promise<string> {
  const body = { ...told, email: told.email.trim(), site: told.site.trim() };
  return ask({ method: 'POST', path: '/tickets', body, key }, (made) => text(fields(made).number), stop);
}
