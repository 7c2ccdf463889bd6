import type { ItemPartsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Choice } from '../parts/Choice';
import { Words } from '../parts/Fields';
import { Units } from '../parts/Units';
import type { Pick } from './ItemRow';

interface PickFieldsProps {
  item: ItemPartsFragment;
  pick: Pick;
  onPick: (pick: Pick) => void;
}

/** How many units, why, and where the reason needs it a note. */
export default function PickFields({ item, pick, onPick }: PickFieldsProps) {
  const { t } = useI18n();
  const { quantity = 1, reasons = [] } = item.eligibility ?? {};
  const options = reasons.map((one) => ({ id: one.handle, label: one.label }));
  const needsNote = reasons.find((one) => one.handle === pick.reason)?.needsNote ?? false;
  return (
    <div className="fields">
      <Units
        label={t('unitsOf', { name: item.name })}
        value={pick.units}
        most={quantity}
        onChange={(units) => onPick({ ...pick, units })}
      />
      <Choice
        label={t('reasonFor', { name: item.name })}
        options={options}
        value={pick.reason}
        onChange={(reason) => onPick({ ...pick, reason })}
      />
      {needsNote && (
        <Words
          label={t('noteFor', { name: item.name })}
          hint={t('noteNeeded')}
          value={pick.note}
          long
          onChange={(note) => onPick({ ...pick, note })}
        />
      )}
    </div>
  );
}
