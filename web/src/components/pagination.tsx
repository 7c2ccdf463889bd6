import { useSearchParams } from 'react-router';
import { useI18n } from '../i18n/I18n';
import { BusyButton } from './BusyButton';

export const PAGE_SIZE = 15; // rows

/** The arguments of a connection for the page in the URL. */
export function usePageArguments() {
  const [params] = useSearchParams();
  const before = params.get('before');
  if (before) return { last: PAGE_SIZE, before };
  const after = params.get('after');
  return after ? { first: PAGE_SIZE, after } : { first: PAGE_SIZE };
}

/** The filters in the URL. Changing one leads back to the first page. */
export function useFilters() {
  const [params, setParams] = useSearchParams();
  const set = (name: string, value: string | null) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        for (const param of ['after', 'before', name]) next.delete(param);
        if (value) next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return { params, set, clear: () => setParams({}, { replace: true }) };
}

interface PageInfo {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor?: string | null;
  endCursor?: string | null;
}

/** Buttons for the next, the previous and the first page. */
export function Pager({ page }: { page: PageInfo }) {
  const { t } = useI18n();
  const [params, setParams] = useSearchParams();
  const go = (name: 'after' | 'before' | null, cursor: string | null | undefined) => {
    const next = new URLSearchParams(params);
    next.delete('after');
    next.delete('before');
    if (name && cursor) next.set(name, cursor);
    setParams(next);
    scrollTo({ top: 0 });
  };
  const notFirst = params.has('after') || params.has('before');
  if (!page.hasNextPage && !page.hasPreviousPage && !notFirst) return null;
  return (
    <nav className="pager" aria-label={t('pagination')}>
      <BusyButton possible={notFirst} onPress={() => go(null, null)}>
        {t('firstPage')}
      </BusyButton>
      <BusyButton possible={page.hasPreviousPage} onPress={() => go('before', page.startCursor)}>
        {t('previous')}
      </BusyButton>
      <BusyButton possible={page.hasNextPage} onPress={() => go('after', page.endCursor)}>
        {t('next')}
      </BusyButton>
    </nav>
  );
}
