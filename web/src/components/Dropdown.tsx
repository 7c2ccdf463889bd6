import { Button } from 'react-aria-components/Button';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Select, SelectValue } from 'react-aria-components/Select';
import { useI18n } from '../i18n/I18n';

export interface Option {
  id: string;
  label: string;
}

interface DropdownProps {
  label: string;
  options: readonly Option[];
  value: string | null;
  onChange: (id: string) => void;
}

/** A drop-down. */
export function Dropdown({ label, options, value, onChange }: DropdownProps) {
  const { t } = useI18n();
  return (
    <Select
      className="field"
      value={value}
      onChange={(key) => key !== null && onChange(String(key))}
      placeholder={t('selectOption')}
    >
      <Label>{label}</Label>
      <Button className="button select">
        <SelectValue />
        <span aria-hidden="true">▾</span>
      </Button>
      <Popover className="popover">
        <ListBox className="listbox" items={options}>
          {(option) => (
            <ListBoxItem className="option" textValue={option.label}>
              {option.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
