import { lazy, Suspense } from 'react';

import type { Route } from '../route.ts';
import type { Permission } from '../session.ts';
import { useNavigation } from '../navigation.ts';
import { Notice } from '../parts/Notice.tsx';
import { Waiting } from '../parts/Waiting.tsx';
import { QueuePage } from '../queue/QueuePage.tsx';
import { useMay } from '../SessionContext.ts';
import { TicketPage } from '../ticket/TicketPage.tsx';
import { frameWords } from '../words/frame.ts';
import { useWords } from '../words/language.ts';
import { inSection, sectionsFor, type Shown } from './sections.ts';

type FrameWords = (typeof frameWords)['en'];

// What is opened seldom, and by few, is loaded when it is.
const PAGES: Readonly<Record<Exclude<Shown, 'home'>, ReturnType<typeof lazy>>> = {
  replies: lazy(() => import('../record/RepliesPage.tsx')),
  downloads: lazy(() => import('../record/DownloadsPage.tsx')),
  reviews: lazy(() => import('../record/ReviewsPage.tsx')),
  audit: lazy(() => import('../record/AuditPage.tsx')),
  staff: lazy(() => import('../record/StaffPage.tsx')),
  tenants: lazy(() => import('../service/TenantsPage.tsx')),
  due: lazy(() => import('../service/DuePage.tsx')),
  jobs: lazy(() => import('../service/JobsPage.tsx')),
};
const TenantPage = lazy(() => import('../service/TenantPage.tsx'));

/** The page of the address, if it is one of this role. */
export function Page() {
  const words = useWords(frameWords);
  const { route } = useNavigation();
  const may = useMay();
  const section = inSection(route, sectionsFor(may));
  if (route.page === 'unknown') {
    return <Notice title={words.notThere} text={words.notThereText} />;
  }
  if (section === null) {
    return <Notice title={words.notYours} text={words.notYoursText} />;
  }
  if (route.page === 'ticket') {
    return <TicketPage key={route.number} number={route.number} />;
  }
  if (section === 'home') {
    return <QueuePage />;
  }
  const Lazy = PAGES[section];
  return <Suspense fallback={<Waiting />}>{route.page === 'tenant' ? <TenantPage key={route.id} id={route.id} /> : <Lazy />}</Suspense>;
}

/** What a page is called, in the window's title and to those who have it read to them. */
export function titleOf(route: Route, words: FrameWords, may: (permission: Permission) => boolean): string {
  if (route.page === 'ticket') {
    return words.ticket(route.number);
  }
  if (route.page === 'tenant') {
    return words.tenant;
  }
  const section = inSection(route, sectionsFor(may));
  return section === null ? words.notThere : words.sections[section];
}
