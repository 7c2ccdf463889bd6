import { CheckboxField, TextInput } from '../components/Fields';
import { QuantityField } from '../components/QuantityField';
import { SelectField } from '../components/SelectField';
import { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';
import { FeeFields } from './FeeFields';
import type { AnswerDraft, TermsDraft } from './form';
import { WorkingDaysFields } from './WorkingDaysFields';
import { BASES } from './words';

const MOST_DAYS = 365;
const MOST_WINDOW = 3650;
const USUAL_WINDOW = 30;
const USUAL_RESPONSE = 3;
const ADDRESS = ['name', 'lines', 'postalCode', 'city', 'country'] as const;

interface TermsFormProps {
  draft: TermsDraft;
  onChange: (part: Partial<TermsDraft>) => void;
}

/** The fields of terms: until when, how, at whose cost, for what money, and who decides. */
export function TermsForm({ draft, onChange }: TermsFormProps) {
  const { t, enumLabel } = useI18n();
  /** The members of an enumeration; with a text for none of them, that one stands first. */
  const options = <Id extends string>(kind: keyof typeof ENUM_LABELS, none?: string) => [
    ...(none ? [{ id: '' as Id, label: none }] : []),
    ...Object.keys(ENUM_LABELS[kind]).map((id) => ({ id: id as Id, label: enumLabel(kind, id) })),
  ];
  const days = (name: 'shipByDays' | 'graceDays' | 'transitDays' | 'inspectionDays', least: number) => (
    <QuantityField
      label={t(name)}
      value={draft[name]}
      min={least}
      max={MOST_DAYS}
      onChange={(count) => onChange({ [name]: count })}
    />
  );
  /** Until when something is decided, and what happens then. */
  const answer = (
    legend: 'decisionWithin' | 'cancellationDecision',
    then: 'atDeadline' | 'cancellationAtDeadline',
    { responseDays, atDeadline }: AnswerDraft,
    change: (part: Partial<AnswerDraft>) => void,
  ) => (
    <fieldset className="choices">
      <legend>{t(legend)}</legend>
      <OptionalDays
        label={t('ownResponseDays')}
        value={responseDays}
        usual={USUAL_RESPONSE}
        max={MOST_DAYS}
        onChange={(own) => change({ responseDays: own })}
      />
      <SelectField
        label={t(then)}
        options={options<AnswerDraft['atDeadline']>(then, t('asMarketplace'))}
        value={atDeadline}
        onChange={(next) => change({ atDeadline: next })}
      />
    </fieldset>
  );
  return (
    <>
      <fieldset className="choices">
        <legend>{t('windowDays')}</legend>
        <SelectField
          label={t('cannotBeReturned')}
          options={options<TermsDraft['exemption']>('exemption', t('canBeReturned'))}
          value={draft.exemption}
          onChange={(exemption) =>
            onChange({ exemption, ...(exemption ? { windows: { ...draft.windows, VOLUNTARY: null } } : {}) })
          }
        />
        {BASES.filter((basis) => basis !== 'VOLUNTARY' || !draft.exemption).map((basis) => (
          <OptionalDays
            key={basis}
            label={t('ownWindow', { basis: enumLabel('basis', basis) })}
            value={draft.windows[basis]}
            usual={USUAL_WINDOW}
            max={MOST_WINDOW}
            onChange={(count) => onChange({ windows: { ...draft.windows, [basis]: count } })}
          />
        ))}
      </fieldset>
      <fieldset className="on-behalf">
        <legend>{t('wayBack')}</legend>
        <SelectField
          label={t('method')}
          options={options<TermsDraft['method']>('returnMethod')}
          value={draft.method}
          onChange={(method) => onChange({ method })}
        />
        <SelectField
          label={t('postage')}
          options={[
            { id: 'free', label: t('postageFree') },
            { id: 'paid', label: t('postagePaid') },
          ]}
          value={draft.freeLabel ? 'free' : 'paid'}
          onChange={(id) => onChange({ freeLabel: id === 'free' })}
        />
        {days('shipByDays', 1)}
        {days('graceDays', 0)}
        {days('transitDays', 1)}
        {days('inspectionDays', 1)}
      </fieldset>
      <SelectField
        label={t('trigger')}
        options={options<TermsDraft['trigger']>('refundTrigger')}
        value={draft.trigger}
        onChange={(trigger) => onChange({ trigger })}
      />
      <FeeFields fees={draft.fees} onChange={(fees) => onChange({ fees })} />
      {answer('decisionWithin', 'atDeadline', draft, onChange)}
      {answer('cancellationDecision', 'cancellationAtDeadline', draft.cancellation, (part) =>
        onChange({ cancellation: { ...draft.cancellation, ...part } }),
      )}
      <WorkingDaysFields
        draft={draft.workingDays}
        onChange={(part) => onChange({ workingDays: { ...draft.workingDays, ...part } })}
      />
      <fieldset className="choices">
        <legend>{t('returnAddress')}</legend>
        {ADDRESS.map((name) => (
          <TextInput
            key={name}
            label={t(`address_${name}`)}
            value={draft.address[name]}
            long={name === 'lines'}
            onChange={(text) => onChange({ address: { ...draft.address, [name]: text } })}
          />
        ))}
      </fieldset>
    </>
  );
}

interface OptionalDaysProps {
  label: string;
  /** Null if the number is that of the return policy. */
  value: number | null;
  /** The number that is offered first. */
  usual: number;
  max: number;
  onChange: (days: number | null) => void;
}

/** A number of days that may be left to the return policy. */
function OptionalDays({ label, value, usual, max, onChange }: OptionalDaysProps) {
  return (
    <div className="choice">
      <CheckboxField
        label={label}
        selected={value != null}
        onChange={(own) => onChange(own ? usual : null)}
      />
      {value != null && (
        <QuantityField hideLabel label={label} value={value} min={0} max={max} onChange={onChange} />
      )}
    </div>
  );
}
