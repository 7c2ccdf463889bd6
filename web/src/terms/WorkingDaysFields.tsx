import { CheckboxField, TextInput } from '../components/Fields';
import type { TermsDeadline } from '../gql/graphql';
import { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';
import type { TermsDraft } from './form';

const DEADLINES = Object.keys(ENUM_LABELS.termsDeadline) as TermsDeadline[];

type WorkingDays = TermsDraft['workingDays'];

interface WorkingDaysFieldsProps {
  draft: WorkingDays;
  onChange: (part: Partial<WorkingDays>) => void;
}

/** Which deadlines count working days alone, and those of which place. */
export function WorkingDaysFields({ draft, onChange }: WorkingDaysFieldsProps) {
  const { t, enumLabel } = useI18n();
  const { deadlines } = draft;
  return (
    <fieldset className="choices">
      <legend>{t('workingDays')}</legend>
      <p className="quiet">{t('workingDaysHint')}</p>
      <TextInput
        label={t('address_country')}
        value={draft.country}
        onChange={(country) => onChange({ country })}
      />
      <TextInput
        label={t('workingDaysPart')}
        value={draft.subdivision}
        onChange={(subdivision) => onChange({ subdivision })}
      />
      {DEADLINES.map((deadline) => (
        <div key={deadline}>
          <CheckboxField
            label={enumLabel('termsDeadline', deadline)}
            selected={deadlines.includes(deadline)}
            onChange={(on) =>
              onChange({
                deadlines: DEADLINES.filter((each) => (each === deadline ? on : deadlines.includes(each))),
              })
            }
          />
        </div>
      ))}
    </fieldset>
  );
}
