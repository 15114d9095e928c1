import '@atlaskit/css-reset';
import '../../generated/tokens.css';
import '../shared/page.css';
import './report.css';

import { start } from '../shared/start.tsx';
import { ReportPage } from './ReportPage.tsx';
import { ReportWordsContext } from './words/words.ts';

start({
  context: ReportWordsContext,
  words: { en: () => import('./words/en.ts'), de: () => import('./words/de.ts') },
  page: <ReportPage />,
  isForReports: true,
});
