import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { NumberField } from 'react-aria-components/NumberField';

interface AmountFieldProps {
  label: string;
  /** In the main unit; null if nothing has been entered. */
  value: number | null;
  currency: string;
  onChange: (amount: number | null) => void;
}

/** An amount of money, as people write it in their language. */
export function AmountField({ label, value, currency, onChange }: AmountFieldProps) {
  return (
    <NumberField
      className="field"
      value={value ?? Number.NaN}
      minValue={0}
      formatOptions={{ style: 'currency', currency, currencySign: 'standard' }}
      onChange={(amount) => onChange(Number.isNaN(amount) ? null : amount)}
    >
      <Label>{label}</Label>
      <Input />
    </NumberField>
  );
}
