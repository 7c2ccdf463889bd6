import { lazy } from 'react';
import { useQuery, useSubscription } from 'urql';
import { Breadcrumb } from '../components/Breadcrumb';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { Pager, usePageArguments } from '../components/pagination';
import { usePageDialog } from '../components/usePageDialog';
import { useTitle } from '../components/useTitle';
import { useView, ViewTabs } from '../components/ViewTabs';
import { OwnerWithdrawalsDocument, WithdrawalFeedDocument } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import type { Verification } from './VerificationDialog';
import { VIEWS } from './views';
import { WithdrawalTable } from './WithdrawalTable';

const VerificationDialog = lazy(() => import('./VerificationDialog'));

/** The withdrawals of the marketplace, those whose money is due first, updated live. */
export default function Withdrawals() {
  const { t, enumLabel } = useI18n();
  useTitle(t('withdrawals'));
  const view = useView(VIEWS);
  const [{ data, error }, run] = useQuery({
    query: OwnerWithdrawalsDocument,
    variables: { ...VIEWS[view], ...usePageArguments() },
  });
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
  const withdrawals = data?.withdrawals.nodes ?? [];
  return (
    <>
      <Breadcrumb
        trail={[
          { to: '/owner/orders', name: t('orders') },
          { to: '/owner/requests', name: t('requests') },
        ]}
        page={t('withdrawals')}
      />
      <h1>{t('withdrawals')}</h1>
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
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && withdrawals.length === 0 && <Empty>{t('noWithdrawals')}</Empty>}
      {withdrawals.length > 0 && <WithdrawalTable withdrawals={withdrawals} onDecide={open} />}
      {data && <Pager page={data.withdrawals.pageInfo} />}
    </>
  );
}
