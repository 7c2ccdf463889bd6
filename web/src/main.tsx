import { StrictMode, startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { App } from './App';
import { ErrorBoundary } from './components/ErrorBoundary';
import { LanguageProvider } from './i18n/I18n';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/pages.css';
import './styles/print.css';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root');
const page = createRoot(root);
// as a transition, it waits for the texts without an empty page that would stay for 0.3 s
startTransition(() =>
  page.render(
    <StrictMode>
      <LanguageProvider>
        <ErrorBoundary>
          <BrowserRouter>
            <App />
          </BrowserRouter>
        </ErrorBoundary>
      </LanguageProvider>
    </StrictMode>,
  ),
);
