import { Component, type ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { useI18n } from '../i18n/I18n';
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

function BrokenPage({ error }: { error: Error }) {
  const { t } = useI18n();
  return (
    <main>
      <Note tone="bad">
        <strong>{t('errorTitle')}</strong>
        <p>{error.message}</p>
        <Button className="button" onPress={() => location.reload()}>
          {t('tryAgain')}
        </Button>
      </Note>
    </main>
  );
}
