import './administration.css';
import { CheckboxField } from '../components/Fields';

interface ActionTicksProps {
  legend: string;
  actions: readonly { id: string; label: string; hint?: string }[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** A tick for each action. */
export function ActionTicks({ legend, actions, chosen, onChange }: ActionTicksProps) {
  return (
    <fieldset className="choices many">
      <legend>{legend}</legend>
      {actions.map(({ id, label, hint }) => (
        <CheckboxField
          key={id}
          label={label}
          hint={hint}
          selected={chosen.includes(id)}
          onChange={(on) => onChange(on ? [...chosen, id] : chosen.filter((each) => each !== id))}
        />
      ))}
    </fieldset>
  );
}
