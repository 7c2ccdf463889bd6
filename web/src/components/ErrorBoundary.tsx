import { Component, type ReactNode, useEffect } from 'react';
import { Button } from 'react-aria-components/Button';
import { useI18n } from '../i18n/I18n';
import { readConfig } from '../session/config';
import { Note } from './feedback';

interface ErrorBoundaryState {
  error: Error | null;
}

/** Shows an error message instead of a blank page. */
export class ErrorBoundary extends Component<{ children: ReactNode }, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: null };

  static getDerivedStateFromError(error: Error): ErrorBoundaryState {
    return { error };
  }

  override render() {
    return this.state.error ? <BrokenPage error={this.state.error} /> : this.props.children;
  }
}

/** Whether a part of the console could not be loaded, in the words of the browsers. */
const isMissingPart = ({ message }: Error) => /dynamically imported|module script/i.test(message);

const LOOK_AGAIN = 2000; // ms

/** Loads the page anew once the server, which was away, is there again. */
function useReloadAfterOutage(enabled: boolean) {
  useEffect(() => {
    if (!enabled) return;
    let wasAway = false;
    const look = async () => {
      try {
        await readConfig();
        if (wasAway) location.reload();
      } catch {
        wasAway = true;
      }
    };
    void look();
    const timer = setInterval(look, LOOK_AGAIN);
    return () => clearInterval(timer);
  }, [enabled]);
}

function BrokenPage({ error }: { error: Error }) {
  const { t } = useI18n();
  const missing = isMissingPart(error);
  useReloadAfterOutage(missing);
  return (
    <main>
      <Note tone="bad">
        <strong>{t('errorTitle')}</strong>
        <p>{missing ? t('unreachable') : error.message}</p>
        <Button className="button" onPress={() => location.reload()}>
          {t('tryAgain')}
        </Button>
      </Note>
    </main>
  );
}
