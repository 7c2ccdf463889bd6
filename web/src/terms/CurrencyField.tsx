import { SelectField } from '../components/SelectField';
import { useI18n } from '../i18n/I18n';

const CURRENCIES = Intl.supportedValuesOf('currency').map((id) => ({ id, label: id }));

/** The currency of an amount. */
export function CurrencyField({ value, onChange }: { value: string; onChange: (currency: string) => void }) {
  const { t } = useI18n();
  return <SelectField label={t('currency')} options={CURRENCIES} value={value} onChange={onChange} />;
}
