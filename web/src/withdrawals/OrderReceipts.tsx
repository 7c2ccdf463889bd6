import { lazy, Suspense, useState } from 'react';
import { useQuery } from 'urql';
import { Note } from '../components/feedback';
import { WithdrawalsOfOrderDocument } from '../gql/graphql';
import { Receipts } from './Receipts';

const WasItYou = lazy(() => import('./WasItYou'));

/** The receipts of the withdrawals from an order, and what is to be verified; nothing if there is neither. */
export default function OrderReceipts({ id }: { id: string }) {
  const [{ data }, run] = useQuery({ query: WithdrawalsOfOrderDocument, variables: { id } });
  const [done, setDone] = useState<string | null>(null);
  const withdrawals = data?.order?.withdrawals ?? [];
  const declared = withdrawals.filter(({ status }) => status === 'DECLARED' || status === 'COMPLETED');
  const unverified = withdrawals.filter(
    ({ status, hash }, n) =>
      status === 'UNVERIFIED' && withdrawals.findIndex((other) => other.hash === hash) === n,
  );
  return (
    <>
      {done && <Note tone="good">{done}</Note>}
      <Suspense>
        {unverified.map((withdrawal) => (
          <WasItYou
            key={withdrawal.id}
            withdrawal={withdrawal}
            onDone={(message) => {
              setDone(message);
              run({ requestPolicy: 'network-only' });
            }}
          />
        ))}
      </Suspense>
      {declared.length > 0 && <Receipts withdrawals={declared} />}
    </>
  );
}
