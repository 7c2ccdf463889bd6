import { Button } from 'react-aria-components/Button';
import { useSearchParams } from 'react-router';
import { CheckboxField } from '../components/Fields';
import { FilterSearch, FilterSelect } from '../components/FilterBar';
import { useFilters } from '../components/pagination';
import { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';
import type { FilterField, OrderId } from './description';
import { DEADLINE_IDS } from './moments';
import { SellerFilter } from './SellerFilter';

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
        <details className="more" open={folded.some(({ name }) => params.has(name)) || undefined}>
          <summary>{t('moreFilters')}</summary>
          <div className="filters">
            {folded.map((field) => (
              <FilterControl key={field.name} field={field} />
            ))}
          </div>
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

function FilterControl({ field: { name, by } }: { field: Field }) {
  const { t, enumLabel } = useI18n();
  const { params, set } = useFilters();
  const label = t(`filter_${name}`);
  if (by === 'tick')
    return (
      <CheckboxField
        label={label}
        selected={params.get(name) === 'yes'}
        onChange={(on) => set(name, on ? 'yes' : null)}
      />
    );
  if (by === 'day')
    return (
      <label className="field">
        <span className="label">{label}</span>
        <input
          type="date"
          value={params.get(name) ?? ''}
          onChange={(event) => set(name, event.target.value || null)}
        />
      </label>
    );
  if (by === 'sellerId') return <SellerFilter name={name} label={label} />;
  const options =
    by === 'deadline'
      ? DEADLINE_IDS.map((id) => ({ id, label: t(`due_${id}`) }))
      : Object.keys(ENUM_LABELS[by]).map((id) => ({ id, label: enumLabel(by, id) }));
  return <FilterSelect name={name} label={label} options={options} />;
}
