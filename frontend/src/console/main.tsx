import '@atlaskit/css-reset';
import '../../generated/tokens.css';
import '../shared/page.css';
import './console.css';
import './parts.css';
import './content.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { followSystemColours } from './colours.ts';
import { ConsoleApp } from './frame/ConsoleApp.tsx';

followSystemColours();

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <ConsoleApp />
    </StrictMode>,
  );
}
