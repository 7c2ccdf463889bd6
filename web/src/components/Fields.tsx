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
  /** What is wrong with the text. */
  fault?: string | undefined;
  /** A text of several lines: three are shown, or this many. */
  long?: boolean | number;
  onChange: (text: string) => void;
  onEnter?: () => void;
  onBlur?: () => void;
  /** Whether the focus is on it as soon as it is shown: it is what a dialog was opened for. */
  first?: boolean;
  /** What phones and browsers offer for it. */
  purpose?: { inputMode: 'email'; autoComplete: 'email' };
}

/** A text input of one line or several lines. */
export function TextInput({
  label,
  value,
  hint,
  fault,
  long = false,
  first = false,
  onChange,
  onEnter,
  onBlur,
  purpose,
}: TextInputProps) {
  return (
    <TextField
      className="field"
      value={value}
      autoFocus={first}
      isInvalid={fault !== undefined}
      onChange={onChange}
      {...purpose}
      {...(onBlur ? { onBlur } : {})}
      {...(onEnter
        ? { onKeyDown: (event) => (event.key === 'Enter' ? onEnter() : event.continuePropagation()) }
        : {})}
    >
      <Label>{label}</Label>
      {long ? <TextArea rows={long === true ? 3 : long} /> : <Input />}
      {hint && <Text slot="description">{hint}</Text>}
      {fault && <Text slot="errorMessage">{fault}</Text>}
    </TextField>
  );
}

/** An input for the viewer's own address, which the browser knows. */
export function EmailInput(props: Pick<TextInputProps, 'label' | 'value' | 'fault' | 'onChange'>) {
  return <TextInput {...props} purpose={{ inputMode: 'email', autoComplete: 'email' }} />;
}

interface CheckboxFieldProps {
  label: string;
  /** What stands quietly below the label. */
  hint?: string | undefined;
  hideLabel?: boolean;
  selected: boolean;
  disabled?: boolean;
  onChange: (selected: boolean) => void;
}

export function CheckboxField({
  label,
  hint,
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
      {!hideLabel && (
        <span>
          {label}
          {hint && <small className="hint quiet">{hint}</small>}
        </span>
      )}
    </Checkbox>
  );
}
