import '@atlaskit/css-reset';
import '../../generated/tokens.css';
import '../shared/page.css';
import './frame.css';
import './console.css';
import './parts.css';
import './lists.css';
import './content.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { Boundary } from '../shared/Boundary.tsx';
import { followSystemColours } from './colours.ts';
import icon from './icon.svg';
import { ConsoleApp } from './frame/ConsoleApp.tsx';
import { NotShown } from './parts/NotShown.tsx';

followSystemColours();
showIcon(icon);

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Boundary
        fallback={(again) => (
          <main className="sign-in">
            <NotShown onAgain={again} />
          </main>
        )}
      >
        <ConsoleApp />
      </Boundary>
    </StrictMode>,
  );
}

/** The tab of the browser. Its address has a hash of the file in it, which the service's page does not know. */
function showIcon(address: string): void {
  const link = document.createElement('link');
  link.rel = 'icon';
  link.href = address;
  document.head.append(link);
}
