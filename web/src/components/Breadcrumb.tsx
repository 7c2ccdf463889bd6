import { Link } from 'react-router';
import { useI18n } from '../i18n/I18n';

/** Leads from an order's details back to the list of orders. */
export function Breadcrumb({ list, name }: { list: string; name: string }) {
  const { t } = useI18n();
  return (
    <nav className="breadcrumb" aria-label={t('breadcrumb')}>
      <Link to={list}>{name}</Link> <span aria-hidden="true">›</span>{' '}
      <span aria-current="page">{t('details')}</span>
    </nav>
  );
}
