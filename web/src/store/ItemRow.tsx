import './texts';
import { lazy, Suspense, startTransition } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ItemBadges, isGone, Money, Picture } from '../components/display';
import { type ItemSelection, newSelection } from '../components/itemSelection';
import type { ItemFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

const SelectionFields = lazy(() => import('../components/SelectionFields'));

interface ItemRowProps {
  item: ItemFieldsFragment;
  selection: ItemSelection | null;
  onSelect: (selection: ItemSelection | null) => void;
}

/** An item of an order: its details on the left, the return and its reason on the right. */
export function ItemRow({ item, selection, onSelect }: ItemRowProps) {
  const { t } = useI18n();
  const canReturn = (item.eligibility?.quantity ?? 0) > 0 || selection !== null;
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
        {!isGone(item.status) && <ReturnDeadline item={item} />}
      </div>
      <div className="item-do">
        {canReturn && (
          <ToggleButton
            className="button"
            aria-label={t('returnItemOf', { name: item.name })}
            isSelected={selection !== null}
            onChange={(selected) => startTransition(() => onSelect(selected ? newSelection(item) : null))}
          >
            {t('returnItem')}
          </ToggleButton>
        )}
        <Suspense>
          {selection && <SelectionFields item={item} selection={selection} onSelect={onSelect} />}
        </Suspense>
      </div>
    </li>
  );
}

function ReturnDeadline({ item }: { item: ItemFieldsFragment }) {
  const { t, refusalText, when } = useI18n();
  const { eligibility } = item;
  if (!eligibility) return null;
  if (eligibility.quantity === 0) {
    return (
      <ul className="why-not" aria-label={t('whyNot')}>
        {eligibility.blockers.map((blocker) => (
          <li key={blocker.code}>{refusalText(blocker)}</li>
        ))}
      </ul>
    );
  }
  if (eligibility.transaction === 'CANCEL') return <p className="quiet">{t('cancelUntil')}</p>;
  const until = eligibility.until;
  return <p className="quiet">{until ? t('returnUntil', { until: when(until) }) : t('returnAnytime')}</p>;
}
