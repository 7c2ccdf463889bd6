import { lazy, Suspense, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Link, useSearchParams } from 'react-router';
import { useQuery } from 'urql';
import { SavedViewsDocument, type SavedViewsQuery } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { May } from '../session/May';
import type { Description, OrderId } from './description';
import { chosenBy, conditionsOf } from './useQueue';

const DeleteViewDialog = lazy(() => import('./DeleteViewDialog'));
const SaveViewDialog = lazy(() => import('./SaveViewDialog'));

type View = SavedViewsQuery['savedViews'][number];

interface SavedViewsProps<Row extends { id: string }, Filter extends object, Order extends OrderId> {
  description: Description<Row, Filter, Order>;
}

/** The views of a list that somebody has saved, each with how many it has now, and what keeps the one that is shown. */
export function SavedViews<Row extends { id: string }, Filter extends object, Order extends OrderId>({
  description,
}: SavedViewsProps<Row, Filter, Order>) {
  const { t } = useI18n();
  const { list } = description;
  const [params] = useSearchParams();
  const [{ data }, run] = useQuery({ query: SavedViewsDocument, variables: { list } });
  const refresh = () => run({ requestPolicy: 'network-only' });
  const [saving, setSaving] = useState(false);
  const [removing, setRemoving] = useState<View | null>(null);
  const conditions = conditionsOf(params);
  const views = data?.savedViews ?? [];
  const shown = views.find(({ query }) => conditionsOf(new URLSearchParams(query)) === conditions);
  if (views.length === 0 && !conditions && !removing) return null;
  return (
    <nav className="views saved" aria-label={t('savedViews')}>
      {views.map((view) => (
        <Link
          key={view.id}
          to={`?${view.query}`}
          aria-current={view === shown ? 'page' : undefined}
          title={view.shared ? t('viewShared') : t('viewMine')}
        >
          {view.name} <Count description={description} query={view.query} />
        </Link>
      ))}
      {shown ? (
        <May action="DELETE_VIEW">
          <Button className="button small" onPress={() => setRemoving(shown)}>
            {t('deleteView', { name: shown.name })}
          </Button>
        </May>
      ) : (
        conditions && (
          <May action="SAVE_VIEW">
            <Button className="button small" onPress={() => setSaving(true)}>
              {t('saveView')}
            </Button>
          </May>
        )
      )}
      <Suspense>
        {saving && (
          <SaveViewDialog list={list} query={conditions} onDone={refresh} onClose={() => setSaving(false)} />
        )}
        {removing && (
          <DeleteViewDialog view={removing} onAnswer={refresh} onClose={() => setRemoving(null)} />
        )}
      </Suspense>
    </nav>
  );
}

interface CountProps<Row extends { id: string }, Filter extends object, Order extends OrderId>
  extends SavedViewsProps<Row, Filter, Order> {
  query: string;
}

/** How many rows a view has now. */
function Count<Row extends { id: string }, Filter extends object, Order extends OrderId>({
  description,
  query,
}: CountProps<Row, Filter, Order>) {
  const { count } = useI18n();
  const [filter] = useState(() => chosenBy(description, query).filter);
  const [{ data }, run] = useQuery({ query: description.count, variables: { filter } });
  useRefresh(run);
  return <span className="quiet">{data ? count(data.found.totalCount) : '–'}</span>;
}
