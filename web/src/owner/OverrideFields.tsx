import { CheckboxField, TextInput } from '../components/Fields';
import { useI18n } from '../i18n/I18n';
import type { Override } from './applyCommands';

interface OverrideFieldsProps {
  override: Override;
  onChange: (override: Override) => void;
}

/** That the owner cancels although the seller has shipped another part of the order, and why. */
export function OverrideFields({ override, onChange }: OverrideFieldsProps) {
  const { t } = useI18n();
  return (
    <div className="fields">
      <CheckboxField
        label={t('override')}
        selected={override.on}
        onChange={(on) => onChange({ ...override, on })}
      />
      {override.on && (
        <TextInput
          label={t('decisionNote')}
          hint={t('overrideNoteHint')}
          value={override.note}
          onChange={(note) => onChange({ ...override, note })}
        />
      )}
    </div>
  );
}
