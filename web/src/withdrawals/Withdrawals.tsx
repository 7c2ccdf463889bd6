import { lazy, useMemo } from 'react';
import { useQuery, useSubscription } from 'urql';
import { Breadcrumb } from '../components/Breadcrumb';
import { NotFound } from '../components/feedback';
import { usePageDialog } from '../components/usePageDialog';
import { useTitle } from '../components/useTitle';
import { useView, ViewTabs } from '../components/ViewTabs';
import { OwnerWithdrawalsDocument, WithdrawalFeedDocument } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import type { Column } from '../queue/description';
import { useQueue } from '../queue/useQueue';
import { useStable } from '../queue/useStable';
import { WorkQueue } from '../queue/WorkQueue';
import { VIEWS, WITHDRAWALS, type Withdrawal } from './list';
import type { Verification } from './VerificationDialog';
import { Verify } from './Verify';

const VerificationDialog = lazy(() => import('./VerificationDialog'));
const OrderDetail = lazy(() => import('../owner/OrderDetail'));

/** The withdrawals of the marketplace, those whose money is due first, updated live. */
export default function Withdrawals() {
  const { t, enumLabel } = useI18n();
  useTitle(t('withdrawals'));
  const view = useView(VIEWS);
  const chosen = useQueue(WITHDRAWALS);
  const [{ data, error, fetching }, run] = useQuery({ query: OwnerWithdrawalsDocument, variables: chosen });
  useSubscription({ query: WithdrawalFeedDocument }, () => run());
  useRefresh(run);
  const { open, dialog } = usePageDialog<Verification>((verification, { onDone, onClose }) => (
    <VerificationDialog
      verification={verification}
      onClose={onClose}
      onDone={(message) => {
        onDone(message);
        run({ requestPolicy: 'network-only' });
      }}
    />
  ));
  const onDecide = useStable(open);
  const columns = useMemo(() => [...WITHDRAWALS.columns, decisionColumn(onDecide)], [onDecide]);
  const detail = (id: string) => {
    const withdrawal = data?.withdrawals.nodes.find((one) => one.id === id);
    return withdrawal ? <OrderDetail id={withdrawal.order.id} /> : <NotFound text={t('noWithdrawals')} />;
  };
  return (
    <>
      <Breadcrumb
        trail={[
          { to: '/owner/orders', name: t('orders') },
          { to: '/owner/requests', name: t('requests') },
        ]}
        page={t('withdrawals')}
      />
      <WorkQueue
        title={t('withdrawals')}
        description={WITHDRAWALS}
        columns={columns}
        chosen={chosen}
        found={data?.withdrawals}
        fetching={fetching}
        error={error}
        onRetry={run}
        none={{ all: t('noWithdrawals'), filtered: t('noWithdrawalsFound') }}
        detail={detail}
        above={
          <>
            <ViewTabs
              labels={{
                due: t('moneyDue'),
                overdue: t('overdue'),
                unverified: enumLabel('withdrawalStatus', 'UNVERIFIED'),
                all: t('all'),
              }}
              current={view}
            />
            {dialog}
          </>
        }
      />
    </>
  );
}

const decisionColumn = (onDecide: (verification: Verification) => void): Column<Withdrawal> => ({
  id: 'decision',
  cell: (withdrawal) => <Verify withdrawal={withdrawal} onDecide={onDecide} />,
});
