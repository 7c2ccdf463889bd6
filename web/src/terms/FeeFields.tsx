import { Button } from 'react-aria-components/Button';
import { AmountField } from '../components/AmountField';
import { TextInput } from '../components/Fields';
import { QuantityField } from '../components/QuantityField';
import { SelectField } from '../components/SelectField';
import type { Bearer } from '../gql/graphql';
import { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';
import { CurrencyField } from './CurrencyField';
import type { FeeDraft } from './form';

const BEARERS = Object.keys(ENUM_LABELS.bearer) as Bearer[];

/** What is kept of the money. */
export function FeeFields({ fees, onChange }: { fees: FeeDraft[]; onChange: (fees: FeeDraft[]) => void }) {
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
            <>
              <AmountField
                label={t('amount')}
                value={fee.value}
                currency={fee.currency}
                onChange={(value) => set({ ...fee, value })}
              />
              <CurrencyField value={fee.currency} onChange={(currency) => set({ ...fee, currency })} />
            </>
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
