import { host } from '#host';

/** Whether the product can open the page for reports over this one. */
export function canReport(): boolean {
  return host.dialog() !== null;
}

/** Opens the page for reports over this one, under this title, with the id of a request that failed, if one did. */
export function reportProblem(errorId: string | null, title: string): void {
  host.dialog()?.open(errorId, title);
}
