import type { Option } from './Dropdown';

interface SelectFieldProps<Id extends string> {
  label: string;
  options: readonly (Option & { id: Id })[];
  value: Id;
  onChange: (id: Id) => void;
}

/** A short list of choices. Uses the browser's own drop-down: a form has many of them. */
export function SelectField<Id extends string>({ label, options, value, onChange }: SelectFieldProps<Id>) {
  return (
    <label className="field native">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value as Id)}>
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
