import { Component, type ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { useI18n } from '../i18n/I18n';
import { Note } from './States';

interface BoundaryState {
  fault: Error | null;
}

/** A page that broke says so, instead of leaving the window blank. */
export class Boundary extends Component<{ children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { fault: null };

  static getDerivedStateFromError(fault: Error): BoundaryState {
    return { fault };
  }

  override render() {
    return this.state.fault ? <Broken fault={this.state.fault} /> : this.props.children;
  }
}

function Broken({ fault }: { fault: Error }) {
  const { t } = useI18n();
  return (
    <main>
      <Note tone="bad">
        <strong>{t('errorTitle')}</strong>
        <p>{fault.message}</p>
        <Button className="button" onPress={() => location.reload()}>
          {t('retryLoad')}
        </Button>
      </Note>
    </main>
  );
}
