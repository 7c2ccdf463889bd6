import { useId } from 'react';
import type { Rest } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import type { RestChoice } from './decision';
import { TextInput } from './Fields';

const CHOICES = { RELEASE: 'restRelease', KEEP_WAITING: 'restKeepWaiting' } as const;

interface RestFieldsProps {
  /** The number of the request. */
  number: string;
  choice: RestChoice;
  onChange: (choice: RestChoice) => void;
}

/** What becomes of the units that are not ticked: released with a reason for the customer, or kept waiting. */
export function RestFields({ number, choice, onChange }: RestFieldsProps) {
  const { t } = useI18n();
  const name = useId();
  return (
    <fieldset className="choices">
      <legend>{t('restTitle', { number })}</legend>
      {(Object.keys(CHOICES) as Rest[]).map((rest) => (
        <label key={rest} className="tick">
          <input
            type="radio"
            name={name}
            checked={choice.rest === rest}
            onChange={() => onChange({ ...choice, rest })}
          />
          {t(CHOICES[rest])}
        </label>
      ))}
      {choice.rest === 'RELEASE' && (
        <TextInput
          label={t('rejectReason')}
          hint={t('rejectReasonHint')}
          value={choice.reason}
          onChange={(reason) => onChange({ ...choice, reason })}
        />
      )}
    </fieldset>
  );
}
