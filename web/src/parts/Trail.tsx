import { Link } from 'react-router';
import { useI18n } from '../i18n/I18n';

/** From an order's details back to the list that it stands in. */
export function Trail({ list, name }: { list: string; name: string }) {
  const { t } = useI18n();
  return (
    <nav className="trail" aria-label={t('trail')}>
      <Link to={list}>{name}</Link> <span aria-hidden="true">›</span>{' '}
      <span aria-current="page">{t('details')}</span>
    </nav>
  );
}
