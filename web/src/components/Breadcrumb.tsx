import { Link } from 'react-router';
import { useI18n } from '../i18n/I18n';

interface BreadcrumbProps {
  /** The pages above this one, from the outermost. */
  trail: readonly { to: string; name: string }[];
  page: string;
}

/** Leads from a page back to the pages above it. */
export function Breadcrumb({ trail, page }: BreadcrumbProps) {
  const { t } = useI18n();
  return (
    <nav className="breadcrumb" aria-label={t('breadcrumb')}>
      {trail.map(({ to, name }) => (
        <span key={to}>
          <Link to={to}>{name}</Link> <span aria-hidden="true">›</span>{' '}
        </span>
      ))}
      <span aria-current="page">{page}</span>
    </nav>
  );
}
