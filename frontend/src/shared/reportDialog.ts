import { atlassianHost } from './host.ts';

/** The page for reports, as the descriptor names it. */
const REPORT_MODULE = 'kept-report';

/** Whether the product can open the page for reports over this one. */
export function canReport(): boolean {
  return atlassianHost()?.dialog?.create !== undefined;
}

/** Opens the page for reports over this one, under this title, with the id of a request that failed. */
export function reportProblem(errorId: string, title: string): void {
  atlassianHost()?.dialog?.create({
    key: REPORT_MODULE,
    size: 'x-large',
    chrome: true,
    header: title,
    customData: { errorId },
  });
}

/** What the page that opened this one as a dialog handed over; nothing where this is no dialog. */
export function handedErrorId(take: (errorId: string) => void): void {
  atlassianHost()?.dialog?.getCustomData?.((data) => {
    if (typeof data === 'object' && data !== null && 'errorId' in data && typeof data.errorId === 'string') {
      take(data.errorId);
    }
  });
}
