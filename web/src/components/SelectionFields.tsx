import { useI18n } from '../i18n/I18n';
import { Dropdown } from './Dropdown';
import { TextInput } from './Fields';
import type { ItemSelection, SelectableItem } from './itemSelection';
import { QuantityField } from './QuantityField';

interface SelectionFieldsProps {
  item: SelectableItem;
  selection: ItemSelection;
  onSelect: (selection: ItemSelection) => void;
}

/** The units, the reason and, if the reason needs it, a note. */
export default function SelectionFields({ item, selection, onSelect }: SelectionFieldsProps) {
  const { t } = useI18n();
  const { quantity = 1, reasons = [] } = item.eligibility ?? {};
  const options = reasons.map((reason) => ({ id: reason.handle, label: reason.label }));
  const needsNote = reasons.find((reason) => reason.handle === selection.reason)?.needsNote ?? false;
  return (
    <div className="fields">
      <QuantityField
        label={t('unitsOf', { name: item.name })}
        value={selection.units}
        max={quantity}
        onChange={(units) => onSelect({ ...selection, units })}
      />
      <Dropdown
        label={t('reasonFor', { name: item.name })}
        options={options}
        value={selection.reason}
        onChange={(reason) => onSelect({ ...selection, reason })}
      />
      {needsNote && (
        <TextInput
          label={t('noteFor', { name: item.name })}
          hint={t('noteNeeded')}
          value={selection.note}
          long
          onChange={(note) => onSelect({ ...selection, note })}
        />
      )}
    </div>
  );
}
