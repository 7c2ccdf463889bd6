import { useState } from 'react';
import { useParams } from 'react-router';
import { useQuery } from 'urql';
import { Breadcrumb } from '../components/Breadcrumb';
import { everythingOf } from '../components/decision';
import { CommandError, NotFound, ServerError, Spinner } from '../components/feedback';
import { useTitle } from '../components/useTitle';
import { OrderToWithdrawFromDocument, type WithdrawalFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { type Choice, Choose } from './Choose';
import { Confirm } from './Confirm';
import { Receipts } from './Receipts';

/** A withdrawal from the contract about one order: choose, confirm, and read the receipt. */
export default function WithdrawOrder() {
  const { id = '' } = useParams();
  const { t } = useI18n();
  const [{ data, error }, run] = useQuery({ query: OrderToWithdrawFromDocument, variables: { id } });
  const [withdrawals, setWithdrawals] = useState<readonly WithdrawalFieldsFragment[] | null>(null);
  const [chosen, setChosen] = useState<Choice | null>(null);
  const [confirming, setConfirming] = useState(false);
  const order = data?.order;
  useTitle(t('withdrawTitle'));

  if (error && !data) return <ServerError error={error} onRetry={run} />;
  if (!data) return <Spinner />;
  if (!order) return <NotFound />;
  const { preview } = data;
  const choice = chosen ?? { units: everythingOf(preview), receiptTo: preview.receiptTo ?? '' };
  return (
    <>
      <Breadcrumb
        trail={[
          { to: '/store/orders', name: t('myOrders') },
          { to: `/store/orders/${id}`, name: t('orderDetails', { number: order.number }) },
        ]}
        page={t('withdrawTitle')}
      />
      <h1>{t('withdrawFrom', { number: order.number })}</h1>
      {withdrawals ? (
        <Receipts withdrawals={withdrawals} fresh />
      ) : preview.items.length === 0 ? (
        <CommandError failure={{ errors: preview.userErrors }} />
      ) : confirming ? (
        <Confirm
          orderId={id}
          preview={preview}
          choice={choice}
          onBack={() => setConfirming(false)}
          onDone={setWithdrawals}
        />
      ) : (
        <Choose
          preview={preview}
          choice={choice}
          onChange={setChosen}
          onContinue={() => setConfirming(true)}
        />
      )}
    </>
  );
}
