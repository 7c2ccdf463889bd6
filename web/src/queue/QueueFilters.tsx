import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { FilterSearch } from '../components/FilterBar';
import { useFilters } from '../components/pagination';
import { SelectField } from '../components/SelectField';
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
  const { params, set, clear } = useFilters();
  const names = ['search', ...fields.map(({ name }) => name)];
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
        <SelectField
          label={t('sortBy')}
          options={orders.map((id) => ({ id, label: t(`order_${id}`) }))}
          value={order}
          onChange={(id) => set('order', id)}
        />
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
        <Button className="button" onPress={() => clear(names)}>
          {t('clearFilters')}
        </Button>
      )}
    </search>
  );
}
