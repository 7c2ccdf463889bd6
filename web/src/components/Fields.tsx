import { Checkbox } from 'react-aria-components/Checkbox';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField } from 'react-aria-components/TextField';

interface TextInputProps {
  label: string;
  value: string;
  hint?: string | undefined;
  long?: boolean;
  onChange: (text: string) => void;
  onEnter?: () => void;
  onBlur?: () => void;
}

/** A text input of one line or several lines. */
export function TextInput({ label, value, hint, long = false, onChange, onEnter, onBlur }: TextInputProps) {
  return (
    <TextField
      className="field"
      value={value}
      onChange={onChange}
      {...(onBlur ? { onBlur } : {})}
      {...(onEnter
        ? { onKeyDown: (event) => (event.key === 'Enter' ? onEnter() : event.continuePropagation()) }
        : {})}
    >
      <Label>{label}</Label>
      {long ? <TextArea rows={3} /> : <Input />}
      {hint && <Text slot="description">{hint}</Text>}
    </TextField>
  );
}

interface CheckboxFieldProps {
  label: string;
  hideLabel?: boolean;
  selected: boolean;
  disabled?: boolean;
  onChange: (selected: boolean) => void;
}

export function CheckboxField({
  label,
  hideLabel = false,
  selected,
  disabled = false,
  onChange,
}: CheckboxFieldProps) {
  return (
    <Checkbox
      className="tick"
      isSelected={selected}
      isDisabled={disabled}
      onChange={onChange}
      {...(hideLabel ? { 'aria-label': label } : {})}
    >
      <span className="box" aria-hidden="true" />
      {!hideLabel && label}
    </Checkbox>
  );
}
