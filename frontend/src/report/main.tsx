import '@atlaskit/css-reset';
import '../../generated/tokens.css';
import '../shared/page.css';
import './report.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { removeTokenFromAddress } from '../shared/address.ts';
import { fitFrame } from '../shared/frame.ts';
import { followTheme } from '../shared/theming.ts';
import { ReportPage } from './ReportPage.tsx';

removeTokenFromAddress();
followTheme();

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <ReportPage />
    </StrictMode>,
  );
  fitFrame(root);
}
