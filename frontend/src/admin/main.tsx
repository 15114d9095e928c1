import '@atlaskit/css-reset';
import '../../generated/tokens.css';
import '../shared/page.css';
import './admin.css';

import { start } from '../shared/start.tsx';
import { AdminPage } from './AdminPage.tsx';
import { askAhead } from './useAdminData.ts';
import { AdminWordsContext } from './words/words.ts';

start({
  context: AdminWordsContext,
  words: { en: () => import('./words/en/index.ts'), de: () => import('./words/de/index.ts') },
  page: <AdminPage />,
  askAhead,
});
