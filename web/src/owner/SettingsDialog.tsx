import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { AmountField } from '../components/AmountField';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { QuantityField } from '../components/QuantityField';
import { SelectField } from '../components/SelectField';
import { useCommand } from '../components/useCommand';
import {
  type Bearer,
  type RefundTrigger,
  type ReturnMethod,
  type ReturnSettingsFieldsFragment,
  SetReturnSettingsDocument,
} from '../gql/graphql';
import { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';
import type { SettingsOwner } from './ReturnSettings';
import { draftOf, type FeeDraft, type SettingsDraft, termsInput } from './settingsForm';

const MOST_DAYS = 365;
const TRIGGERS = Object.keys(ENUM_LABELS.refundTrigger) as RefundTrigger[];
const METHODS = Object.keys(ENUM_LABELS.returnMethod) as ReturnMethod[];
const BEARERS = Object.keys(ENUM_LABELS.bearer) as Bearer[];
const DAYS = [
  ['shipByDays', 1],
  ['graceDays', 0],
  ['transitDays', 1],
  ['inspectionDays', 1],
] as const;
const ADDRESS = ['name', 'lines', 'postalCode', 'city', 'country'] as const;

interface SettingsDialogProps {
  of: SettingsOwner;
  settings: ReturnSettingsFieldsFragment | null;
  onDone: () => void;
  onClose: () => void;
}

/** The form for how returns go. They are for returns that are requested from now on. */
export default function SettingsDialog({ of, settings, onDone, onClose }: SettingsDialogProps) {
  const { t, enumLabel } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(SetReturnSettingsDocument);
  const [draft, setDraft] = useState(() => draftOf(settings));
  const change = (part: Partial<SettingsDraft>) => {
    clearFailure();
    setDraft({ ...draft, ...part });
  };
  const save = async () => {
    const input = {
      sellerId: of?.id ?? null,
      terms: termsInput(draft),
      expectedVersion: settings?.version ?? 0,
    };
    if (!(await send({ input }))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('settingsOf', { name: of?.name ?? t('marketplace') })}
      confirmLabel={t('save')}
      closeLabel={t('goBack')}
      busy={busy}
      onConfirm={save}
      onClose={onClose}
    >
      <SelectField
        label={t('trigger')}
        options={TRIGGERS.map((id) => ({ id, label: enumLabel('refundTrigger', id) }))}
        value={draft.trigger}
        onChange={(trigger) => change({ trigger })}
      />
      <SelectField
        label={t('method')}
        options={METHODS.map((id) => ({ id, label: enumLabel('returnMethod', id) }))}
        value={draft.method}
        onChange={(method) => change({ method })}
      />
      {DAYS.map(([name, least]) => (
        <QuantityField
          key={name}
          label={t(name)}
          value={draft[name]}
          min={least}
          max={MOST_DAYS}
          onChange={(days) => change({ [name]: days })}
        />
      ))}
      <Fees fees={draft.fees} onChange={(fees) => change({ fees })} />
      <fieldset className="choices">
        <legend>{t('returnAddress')}</legend>
        {ADDRESS.map((name) => (
          <TextInput
            key={name}
            label={t(`address_${name}`)}
            value={draft.address[name]}
            long={name === 'lines'}
            onChange={(text) => change({ address: { ...draft.address, [name]: text } })}
          />
        ))}
      </fieldset>
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}

function Fees({ fees, onChange }: { fees: FeeDraft[]; onChange: (fees: FeeDraft[]) => void }) {
  const { t, enumLabel } = useI18n();
  const set = (next: FeeDraft) => onChange(fees.map((fee) => (fee.key === next.key ? next : fee)));
  const add = () => {
    const key = Math.max(-1, ...fees.map((fee) => fee.key)) + 1;
    onChange([...fees, { key, name: '', share: false, value: null, currency: 'EUR', bearer: 'SELLER' }]);
  };
  return (
    <>
      {fees.map((fee, index) => (
        <fieldset key={fee.key} className="on-behalf">
          <legend>{t('feeNamed', { name: fee.name || index + 1 })}</legend>
          <TextInput label={t('feeName')} value={fee.name} onChange={(name) => set({ ...fee, name })} />
          <SelectField
            label={t('feeKind')}
            options={[
              { id: 'amount', label: t('feeAmount') },
              { id: 'share', label: t('feeShare') },
            ]}
            value={fee.share ? 'share' : 'amount'}
            onChange={(kind) => set({ ...fee, share: kind === 'share' })}
          />
          {fee.share ? (
            <QuantityField
              label={t('feePercent')}
              value={fee.value ?? 0}
              min={0}
              max={100}
              onChange={(value) => set({ ...fee, value })}
            />
          ) : (
            <AmountField
              label={t('amount')}
              value={fee.value}
              currency={fee.currency}
              onChange={(value) => set({ ...fee, value })}
            />
          )}
          <SelectField
            label={t('feeGoesTo')}
            options={BEARERS.map((id) => ({ id, label: enumLabel('bearer', id) }))}
            value={fee.bearer}
            onChange={(bearer) => set({ ...fee, bearer })}
          />
          <Button
            className="button small"
            onPress={() => onChange(fees.filter(({ key }) => key !== fee.key))}
          >
            {t('remove')}
          </Button>
        </fieldset>
      ))}
      <Button className="button small" onPress={add}>
        {t('addFee')}
      </Button>
    </>
  );
}
