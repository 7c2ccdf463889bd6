import { useQuery } from 'urql';
import { WithdrawalsOfOrderDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Receipts } from './Receipts';

/** The receipts of the withdrawals from an order; nothing if there are none. */
export default function OrderReceipts({ id }: { id: string }) {
  const { t } = useI18n();
  const [{ data }] = useQuery({ query: WithdrawalsOfOrderDocument, variables: { id } });
  const withdrawals = data?.order?.withdrawals ?? [];
  if (withdrawals.length === 0) return null;
  return (
    <section aria-labelledby="withdrawals">
      <h2 id="withdrawals">{t('withdrawals')}</h2>
      <Receipts withdrawals={withdrawals} />
    </section>
  );
}
