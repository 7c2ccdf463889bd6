import { useRef } from 'react';
import { Link } from 'react-router';
import { useI18n } from '../i18n/I18n';
import { useFilters } from './pagination';
import { useCurrentInSight } from './useCurrentInSight';

/** The view in the URL, or else the first view. */
export function useView<View extends string>(views: Record<View, unknown>): View {
  const { params } = useFilters();
  const names = Object.keys(views) as View[];
  return names.find((name) => name === params.get('view')) ?? (names[0] as View);
}

/** Links to the views of one list. */
export function ViewTabs<View extends string>({
  labels,
  current,
}: {
  labels: Record<View, string>;
  /** The view that is shown; null if the list shows something else. */
  current: View | null;
}) {
  const { t } = useI18n();
  const line = useRef<HTMLElement>(null);
  useCurrentInSight(line, current);
  return (
    <nav ref={line} className="views" aria-label={t('filters')}>
      {(Object.keys(labels) as View[]).map((name) => (
        <Link key={name} to={`?view=${name}`} aria-current={name === current ? 'page' : undefined}>
          {labels[name]}
        </Link>
      ))}
    </nav>
  );
}
