import { Button } from 'react-aria-components/Button';
import { Group } from 'react-aria-components/Group';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { NumberField } from 'react-aria-components/NumberField';

interface QuantityFieldProps {
  label: string;
  hideLabel?: boolean;
  value: number;
  min?: number;
  max: number;
  onChange: (units: number) => void;
}

/** A number of units, entered by keyboard or with two buttons. */
export function QuantityField({
  label,
  hideLabel = false,
  value,
  min = 1,
  max,
  onChange,
}: QuantityFieldProps) {
  const change = (units: number) => onChange(Number.isNaN(units) ? min : units);
  return (
    <NumberField
      className="field units"
      value={value}
      minValue={min}
      maxValue={max}
      onChange={change}
      {...(hideLabel ? { 'aria-label': label } : {})}
    >
      {!hideLabel && <Label>{label}</Label>}
      <Group className="group">
        <Button slot="decrement" className="step">
          −
        </Button>
        <Input />
        <Button slot="increment" className="step">
          +
        </Button>
      </Group>
    </NumberField>
  );
}
