import { useI18n } from '../i18n/I18n';
import { CheckboxField } from './Fields';

interface MomentFieldProps {
  /** A moment in the viewer's zone, empty while it is being entered; null for at once. */
  value: string | null;
  onChange: (moment: string | null) => void;
}

/** Whether something takes effect at once, or else when. */
export function MomentField({ value, onChange }: MomentFieldProps) {
  const { t } = useI18n();
  return (
    <>
      <CheckboxField
        label={t('effectiveLater')}
        selected={value !== null}
        onChange={(later) => onChange(later ? '' : null)}
      />
      {value !== null && (
        <label className="field native">
          <span>{t('effectiveAt')}</span>
          <input type="datetime-local" value={value} onChange={(event) => onChange(event.target.value)} />
        </label>
      )}
    </>
  );
}

/** Whether a moment is entered in full. */
export const isMoment = (value: string | null) => value === null || !Number.isNaN(Date.parse(value));

/** The moment as the API takes it; null for at once. */
export const momentInput = (value: string | null) => (value === null ? null : new Date(value).toISOString());
