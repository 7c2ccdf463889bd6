import { Link } from 'react-router';
import { useI18n } from '../i18n/I18n';
import { useFilters } from './paging';

/** The view that the address names, or else the first. */
export function useView<View extends string>(views: Record<View, unknown>): View {
  const { params } = useFilters();
  const names = Object.keys(views) as View[];
  return names.find((one) => one === params.get('view')) ?? (names[0] as View);
}

/** The views of one list, of which the address names one. */
export function Views<View extends string>({ labels, now }: { labels: Record<View, string>; now: View }) {
  const { t } = useI18n();
  return (
    <nav className="views" aria-label={t('filters')}>
      {(Object.keys(labels) as View[]).map((one) => (
        <Link key={one} to={`?view=${one}`} aria-current={one === now ? 'page' : undefined}>
          {labels[one]}
        </Link>
      ))}
    </nav>
  );
}
