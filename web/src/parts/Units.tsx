import { Button } from 'react-aria-components/Button';
import { Group } from 'react-aria-components/Group';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { NumberField } from 'react-aria-components/NumberField';

interface UnitsProps {
  label: string;
  value: number;
  least?: number;
  most: number;
  onChange: (units: number) => void;
}

/** How many units, by keyboard or by its two buttons. */
export function Units({ label, value, least = 1, most, onChange }: UnitsProps) {
  const take = (units: number) => onChange(Number.isNaN(units) ? least : units);
  return (
    <NumberField className="field units" value={value} minValue={least} maxValue={most} onChange={take}>
      <Label>{label}</Label>
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
