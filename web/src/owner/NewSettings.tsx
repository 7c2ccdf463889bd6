import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useQuery } from 'urql';
import { TextInput } from '../components/Fields';
import { Empty, ServerError } from '../components/feedback';
import { SelectField } from '../components/SelectField';
import { useSettled } from '../components/useSettled';
import { SellersDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

interface NewSettingsProps {
  /** Sellers that have settings of their own already. */
  without: ReadonlySet<string>;
  onNew: (seller: { id: string; name: string }) => void;
}

/** Starts settings of a seller's own. The first sellers by name can be chosen, or those whose name begins with a text. */
export function NewSettings({ without, onNew }: NewSettingsProps) {
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
    <section className="filters" aria-label={t('ownSettings')}>
      <TextInput label={t('sellerBegins')} value={text} onChange={setText} />
      {error && <ServerError error={error} onRetry={run} />}
      {chosen ? (
        <>
          <SelectField
            label={t('ownSettings')}
            options={sellers.map((seller) => ({ id: seller.id, label: seller.name }))}
            value={chosen.id}
            onChange={setId}
          />
          <Button className="button" onPress={() => onNew(chosen)}>
            {t('add')}
          </Button>
        </>
      ) : (
        data && <Empty>{t('noSellers')}</Empty>
      )}
    </section>
  );
}
