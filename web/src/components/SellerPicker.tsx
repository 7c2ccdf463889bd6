import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useQuery } from 'urql';
import { SellersDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { TextInput } from './Fields';
import { Empty, ServerError } from './feedback';
import { SelectField } from './SelectField';
import { useSettled } from './useSettled';

interface SellerPickerProps {
  /** What the chosen seller is for. */
  label: string;
  addLabel: string;
  /** Sellers that are chosen already. */
  without: ReadonlySet<string>;
  onPick: (seller: { id: string; name: string }) => void;
}

/** Chooses a seller: one of the first by name, or of those whose name begins with a text. */
export function SellerPicker({ label, addLabel, without, onPick }: SellerPickerProps) {
  const { t } = useI18n();
  const [text, setText] = useState('');
  const [id, setId] = useState('');
  const start = useSettled(text.trim());
  const [{ data, error }, run] = useQuery({
    query: SellersDocument,
    variables: { filter: start ? { nameStartsWith: start } : null },
  });
  const sellers = (data?.sellers.nodes ?? []).filter((seller) => !without.has(seller.id));
  const chosen = sellers.find((seller) => seller.id === id) ?? sellers[0];
  return (
    <section className="filters" aria-label={label}>
      <TextInput label={t('sellerBegins')} value={text} onChange={setText} />
      {error && <ServerError error={error} onRetry={run} />}
      {chosen ? (
        <>
          <SelectField
            label={label}
            options={sellers.map((seller) => ({ id: seller.id, label: seller.name }))}
            value={chosen.id}
            onChange={setId}
          />
          <Button className="button" onPress={() => onPick(chosen)}>
            {addLabel}
          </Button>
        </>
      ) : (
        data && <Empty>{t('noSellers')}</Empty>
      )}
    </section>
  );
}
