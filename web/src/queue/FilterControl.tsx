import { lazy, Suspense } from 'react';
import { CheckboxField } from '../components/Fields';
import { FilterSelect } from '../components/FilterBar';
import { useFilters } from '../components/pagination';
import { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';
import type { FilterField } from './description';
import { DEADLINE_IDS } from './moments';
import { SellerFilter } from './SellerFilter';

const ReasonFilter = lazy(() => import('./ReasonFilter'));

/** One filter of a list, entered as its description says. */
export function FilterControl({ field: { name, by } }: { field: Omit<FilterField<unknown>, 'filter'> }) {
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
  if (by === 'reason')
    return (
      <Suspense>
        <ReasonFilter name={name} label={label} />
      </Suspense>
    );
  const options =
    by === 'deadline'
      ? DEADLINE_IDS.map((id) => ({ id, label: t(`due_${id}`) }))
      : Object.keys(ENUM_LABELS[by]).map((id) => ({ id, label: enumLabel(by, id) }));
  return <FilterSelect name={name} label={label} options={options} />;
}
