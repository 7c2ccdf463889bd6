import { useQuery } from 'urql';
import { WithdrawalsOfOrderDocument } from '../gql/graphql';
import { Receipts } from './Receipts';

/** The receipts of the withdrawals from an order; nothing if there are none. */
export default function OrderReceipts({ id }: { id: string }) {
  const [{ data }] = useQuery({ query: WithdrawalsOfOrderDocument, variables: { id } });
  const withdrawals = data?.order?.withdrawals ?? [];
  return withdrawals.length > 0 && <Receipts withdrawals={withdrawals} />;
}
