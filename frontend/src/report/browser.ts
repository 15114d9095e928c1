import type { BrowserFacts } from '../shared/reports.ts';

const MOST = 65_535;

/** All that a report may tell of the browser. The service keeps families and a major version of it. */
export function browserFacts(): BrowserFacts {
  return {
    userAgent: navigator.userAgent,
    language: navigator.language,
    width: Math.min(window.innerWidth, MOST),
    height: Math.min(window.innerHeight, MOST),
    dark: document.documentElement.dataset.colorMode === 'dark',
    online: navigator.onLine,
    page: 'report',
  };
}
