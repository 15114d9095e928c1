import type { ComponentType } from 'react';

import type { Route } from '../route.ts';
import type { Permission } from '../session.ts';
import { useNavigation } from '../navigation.ts';
import { later } from '../parts/later.tsx';
import { Notice } from '../parts/Notice.tsx';
import { QueuePage } from '../queue/QueuePage.tsx';
import { useMay } from '../SessionContext.ts';
import { TicketPage } from '../ticket/TicketPage.tsx';
import { frameWords } from '../words/frame.ts';
import { useWords } from '../words/language.ts';
import { inSection, sectionsFor, type Shown } from './sections.ts';

type FrameWords = (typeof frameWords)['en'];

// What is opened seldom, and by few, is loaded when it is.
const PAGES: Readonly<Record<Exclude<Shown, 'home'>, ComponentType>> = {
  replies: later(() => import('../record/RepliesPage.tsx')),
  downloads: later(() => import('../record/DownloadsPage.tsx')),
  reviews: later(() => import('../record/ReviewsPage.tsx')),
  audit: later(() => import('../record/AuditPage.tsx')),
  staff: later(() => import('../record/StaffPage.tsx')),
  tenants: later(() => import('../service/TenantsPage.tsx')),
  due: later(() => import('../service/DuePage.tsx')),
  jobs: later(() => import('../service/JobsPage.tsx')),
};
const TenantPage = later(() => import('../service/TenantPage.tsx'));

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
  const Later = PAGES[section];
  return route.page === 'tenant' ? <TenantPage key={route.id} id={route.id} /> : <Later key={section} />;
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
