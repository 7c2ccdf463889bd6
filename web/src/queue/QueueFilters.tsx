import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useSearchParams } from 'react-router';
import { FilterSearch } from '../components/FilterBar';
import { useFilters } from '../components/pagination';
import { useI18n } from '../i18n/I18n';
import type { FilterField, OrderId } from './description';
import { FilterControl } from './FilterControl';

type Field = Omit<FilterField<unknown>, 'filter'>;

interface QueueFiltersProps {
  /** Whether the list can be searched. */
  searches: boolean;
  fields: readonly Field[];
  orders: readonly OrderId[];
  /** The order that is shown. */
  order: OrderId;
}

/** The search, the filters and the order of a list. The URL holds all of them. */
export function QueueFilters({ searches, fields, orders, order }: QueueFiltersProps) {
  const { t } = useI18n();
  const [params, setParams] = useSearchParams();
  const { set } = useFilters();
  const names = ['search', ...fields.map(({ name }) => name)];
  const clear = () => {
    const kept = [...params].filter(([name]) => name === 'view' || name === 'size' || name === 'order');
    setParams(kept, { replace: true });
  };
  const folded = fields.filter(({ more }) => more);
  const needed = folded.some(({ name }) => params.has(name));
  const [unfolded, setUnfolded] = useState(needed);
  if (needed && !unfolded) setUnfolded(true);
  return (
    <search className="filters" aria-label={t('filters')}>
      {searches && <FilterSearch name="search" label={t('searchList')} />}
      {fields
        .filter(({ more }) => !more)
        .map((field) => (
          <FilterControl key={field.name} field={field} />
        ))}
      {orders.length > 1 && (
        <label className="field native">
          <span>{t('sortBy')}</span>
          <select value={order} onChange={(event) => set('order', event.target.value)}>
            {orders.map((id) => (
              <option key={id} value={id}>
                {t(`order_${id}`)}
              </option>
            ))}
          </select>
        </label>
      )}
      {folded.length > 0 && (
        <details className="more" open={unfolded} onToggle={(event) => setUnfolded(event.currentTarget.open)}>
          <summary>{t('moreFilters')}</summary>
          {unfolded && (
            <div className="filters">
              {folded.map((field) => (
                <FilterControl key={field.name} field={field} />
              ))}
            </div>
          )}
        </details>
      )}
      {names.some((name) => params.has(name)) && (
        <Button className="button" onPress={clear}>
          {t('clearFilters')}
        </Button>
      )}
    </search>
  );
}
