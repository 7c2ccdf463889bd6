import { Dropdown } from '../components/Dropdown';
import { TextInput } from '../components/Fields';
import type { ItemSelection } from '../components/itemSelection';
import { QuantityField } from '../components/QuantityField';
import type { ItemFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

interface OnBehalfFieldsProps {
  item: ItemFieldsFragment;
  input: ItemSelection | undefined;
  /** How many units can be chosen. */
  max: number;
  onChange: (input: ItemSelection) => void;
}

/** The units, the reason and the note for an item without a request of the customer. */
export function OnBehalfFields({ item, input, max, onChange }: OnBehalfFieldsProps) {
  const { t } = useI18n();
  if (!input) return null;
  const reasons = item.eligibility?.reasons ?? [];
  return (
    <fieldset className="on-behalf">
      <legend>
        {item.name} <span className="quiet">· {t('onBehalf')}</span>
      </legend>
      <QuantityField
        label={t('unitsOf', { name: item.name })}
        value={input.units}
        max={max}
        onChange={(units) => onChange({ ...input, units })}
      />
      <Dropdown
        label={t('reasonFor', { name: item.name })}
        options={reasons.map((reason) => ({ id: reason.handle, label: reason.label }))}
        value={input.reason}
        onChange={(reason) => onChange({ ...input, reason })}
      />
      <TextInput
        label={t('noteFor', { name: item.name })}
        value={input.note}
        onChange={(note) => onChange({ ...input, note })}
      />
    </fieldset>
  );
}
