import { type ReactNode, Suspense, useEffect, useRef } from 'react';
import { Button } from 'react-aria-components/Button';
import { Link } from 'react-router';
import { Spinner } from '../components/feedback';
import { useI18n } from '../i18n/I18n';

interface SidePanelProps {
  /** The page about the same thing, if it has one. */
  page?: string | undefined;
  onClose: () => void;
  children: ReactNode;
}

/** The details of one row beside the list. It takes the focus when it opens; what opened it takes it back. */
export function SidePanel({ page, onClose, children }: SidePanelProps) {
  const { t } = useI18n();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus({ preventScroll: true }), []);
  return (
    <section ref={panel} tabIndex={-1} className="side" aria-label={t('rowDetails')}>
      <div className="actions">
        {page && (
          <Link className="button small" to={page}>
            {t('openPage')}
          </Link>
        )}
        <Button className="button small" onPress={onClose}>
          {t('closePanel')}
        </Button>
      </div>
      <Suspense fallback={<Spinner />}>{children}</Suspense>
    </section>
  );
}
