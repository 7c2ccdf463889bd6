import { useSearchParams } from 'react-router';
import { useI18n } from '../i18n/I18n';
import { BusyButton } from './BusyButton';

export const PAGE_SIZE = 15; // rows

/** Where in a list the URL is: at most one of these, and none on the first page. */
const PLACES = ['after', 'before', 'last'] as const;

/** The arguments of a connection for the page in the URL. */
export function usePageArguments(size = PAGE_SIZE) {
  const [params] = useSearchParams();
  const before = params.get('before');
  if (before) return { last: size, before };
  if (params.has('last')) return { last: size };
  const after = params.get('after');
  return after ? { first: size, after } : { first: size };
}

/** The filters in the URL. Changing one leads back to the first page. */
export function useFilters() {
  const [params, setParams] = useSearchParams();
  const change = (names: readonly string[], value: string | null) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        for (const param of [...PLACES, ...names]) next.delete(param);
        if (value) for (const name of names) next.set(name, value);
        return next;
      },
      { replace: true },
    );
  const set = (name: string, value: string | null) => change([name], value);
  return { params, set, clear: (names: readonly string[]) => change(names, null) };
}

interface PageInfo {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor?: string | null;
  endCursor?: string | null;
}

interface PagerProps {
  page: PageInfo;
  /** For long lists: what the button to the last page says. */
  lastPage?: string;
}

/** Buttons for the next, the previous and the first page, and perhaps the last. */
export function Pager({ page, lastPage }: PagerProps) {
  const { t } = useI18n();
  const [params, setParams] = useSearchParams();
  const go = (name: (typeof PLACES)[number] | null, cursor?: string | null) => {
    const next = new URLSearchParams(params);
    for (const place of PLACES) next.delete(place);
    if (name && cursor) next.set(name, cursor);
    setParams(next);
    scrollTo({ top: 0 });
  };
  const notFirst = PLACES.some((place) => params.has(place));
  if (!page.hasNextPage && !page.hasPreviousPage && !notFirst) return null;
  return (
    <nav className="pager" aria-label={t('pagination')}>
      <BusyButton possible={notFirst} onPress={() => go(null)}>
        {t('firstPage')}
      </BusyButton>
      <BusyButton possible={page.hasPreviousPage} onPress={() => go('before', page.startCursor)}>
        {t('previous')}
      </BusyButton>
      <BusyButton possible={page.hasNextPage} onPress={() => go('after', page.endCursor)}>
        {t('next')}
      </BusyButton>
      {lastPage && (
        <BusyButton possible={page.hasNextPage} onPress={() => go('last', 'yes')}>
          {lastPage}
        </BusyButton>
      )}
    </nav>
  );
}
