import { lazy, Suspense } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import type { ItemPartsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { ItemBadges, isGone, Money, Picture } from '../parts/Show';
import { Spinner } from '../parts/States';

const PickFields = lazy(() => import('./PickFields'));

/** What the customer wants of one item. */
export interface Pick {
  units: number;
  reason: string | null;
  note: string;
}

export const emptyPick = (item: ItemPartsFragment): Pick => ({
  units: item.eligibility?.quantity ?? 1,
  reason: null,
  note: '',
});

interface ItemRowProps {
  item: ItemPartsFragment;
  pick: Pick | null;
  onPick: (pick: Pick | null) => void;
}

/** An item with what can be done about it: on the left what it is, on the right the reasons. */
export function ItemRow({ item, pick, onPick }: ItemRowProps) {
  const { t } = useI18n();
  const possible = (item.eligibility?.quantity ?? 0) > 0;
  return (
    <li className="card item">
      <Picture url={item.imageUrl} />
      <div className="item-what">
        <h3>{item.name}</h3>
        <p className="quiet">
          {item.quantity} × <Money of={item.unitPrice} /> · {item.seller.name}
        </p>
        <p>
          <ItemBadges item={item} />
        </p>
        {!isGone(item.status) && <Until item={item} />}
      </div>
      <div className="item-do">
        {possible && (
          <ToggleButton
            className="button"
            aria-label={t('returnItemOf', { name: item.name })}
            isSelected={pick !== null}
            onChange={(selected) => onPick(selected ? emptyPick(item) : null)}
          >
            {t('returnItem')}
          </ToggleButton>
        )}
        {pick && (
          <Suspense fallback={<Spinner />}>
            <PickFields item={item} pick={pick} onPick={onPick} />
          </Suspense>
        )}
      </div>
    </li>
  );
}

function Until({ item }: { item: ItemPartsFragment }) {
  const { t, said, when } = useI18n();
  const { eligibility } = item;
  if (!eligibility) return null;
  if (eligibility.quantity === 0) {
    return (
      <ul className="why-not" aria-label={t('whyNot')}>
        {eligibility.blockers.map((one) => (
          <li key={one.code}>{said(one)}</li>
        ))}
      </ul>
    );
  }
  if (eligibility.transaction === 'CANCEL') return <p className="quiet">{t('cancelUntil')}</p>;
  const until = eligibility.until;
  return <p className="quiet">{until ? t('returnUntil', { until: when(until) }) : t('returnAnytime')}</p>;
}
