import type { ItemPartsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Choice as Dropdown } from '../parts/Choice';
import { Words } from '../parts/Fields';
import { Units } from '../parts/Units';
import type { Choice } from './applying';

interface OnBehalfProps {
  item: ItemPartsFragment;
  choice: Choice | undefined;
  onChange: (choice: Choice) => void;
}

/** Units, reason and note of an item that no customer has asked about. */
export function OnBehalf({ item, choice, onChange }: OnBehalfProps) {
  const { t } = useI18n();
  if (!choice) return null;
  const { quantity = 1, reasons = [] } = item.eligibility ?? {};
  return (
    <fieldset className="on-behalf">
      <legend>
        {item.name} <span className="quiet">· {t('onBehalf')}</span>
      </legend>
      <Units
        label={t('unitsOf', { name: item.name })}
        value={choice.units}
        most={quantity}
        onChange={(units) => onChange({ ...choice, units })}
      />
      <Dropdown
        label={t('reasonFor', { name: item.name })}
        options={reasons.map((one) => ({ id: one.handle, label: one.label }))}
        value={choice.reason}
        onChange={(reason) => onChange({ ...choice, reason })}
      />
      <Words
        label={t('noteFor', { name: item.name })}
        value={choice.note}
        onChange={(note) => onChange({ ...choice, note })}
      />
    </fieldset>
  );
}
