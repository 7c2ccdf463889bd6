import { Button } from 'react-aria-components/Button';
import { useSearchParams } from 'react-router';
import { useI18n } from '../i18n/I18n';

export const PAGE = 15; // rows

/** The page that the address names, as the arguments of a connection. */
export function usePaging() {
  const [params] = useSearchParams();
  const before = params.get('before');
  if (before) return { last: PAGE, before };
  const after = params.get('after');
  return after ? { first: PAGE, after } : { first: PAGE };
}

/** Change the address's filters; that leads back to the first page. */
export function useFilters() {
  const [params, setParams] = useSearchParams();
  const set = (name: string, value: string | null) =>
    setParams(
      (known) => {
        const next = new URLSearchParams(known);
        for (const one of ['after', 'before', name]) next.delete(one);
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

/** Forward and back by keyset cursors. */
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
  const moved = params.has('after') || params.has('before');
  if (!page.hasNextPage && !page.hasPreviousPage && !moved) return null;
  return (
    <nav className="pager" aria-label={t('paging')}>
      <Button className="button" isDisabled={!moved} onPress={() => go(null, null)}>
        {t('firstPage')}
      </Button>
      <Button
        className="button"
        isDisabled={!page.hasPreviousPage}
        onPress={() => go('before', page.startCursor)}
      >
        {t('previous')}
      </Button>
      <Button className="button" isDisabled={!page.hasNextPage} onPress={() => go('after', page.endCursor)}>
        {t('next')}
      </Button>
    </nav>
  );
}
