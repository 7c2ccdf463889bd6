import { useMemo } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Badge, Day, Money } from '../components/display';
import { useTitle } from '../components/useTitle';
import { useView, ViewTabs } from '../components/ViewTabs';
import {
  CountPlansDocument,
  type PlanFilter,
  type PlanOrder,
  PlansDocument,
  type PlansQuery,
  type RefundFieldsFragment,
} from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import type { Column, Description } from '../queue/description';
import { createdFilters } from '../queue/moments';
import { useQueue } from '../queue/useQueue';
import { useStable } from '../queue/useStable';
import { WorkQueue } from '../queue/WorkQueue';
import { OverdueWithdrawals } from '../withdrawals/OverdueWithdrawals';
import { LabelsInTrouble } from './LabelsInTrouble';
import { PauseButton } from './PauseButton';
import { RefundRow, useSettling } from './RefundRow';
import RequestDetail from './RequestDetail';
import { requestPath } from './requestPath';
import { ShortfallList } from './Shortfall';

type Plan = PlansQuery['plans']['nodes'][number];

const VIEWS: Record<'attention' | 'inProgress' | 'disputed' | 'held' | 'all', PlanFilter> = {
  attention: { refundState: ['NEEDS_ATTENTION'] },
  inProgress: { refundState: ['IN_PROGRESS'] },
  disputed: { refundState: ['DISPUTED'] },
  held: { refundState: ['HELD'] },
  all: {},
};

const TEXTS = {
  attention: { intro: 'attentionIntro', none: 'noAttention' },
  inProgress: { intro: 'inProgressIntro', none: 'noneInProgress' },
  disputed: { intro: 'disputedIntro', none: 'noneDisputed' },
  held: { intro: 'heldIntro', none: 'noneHeld' },
  all: { intro: 'allRefundsIntro', none: 'noRefunds' },
} as const;

const REFUNDS: Description<Plan, PlanFilter, PlanOrder> = {
  name: 'refunds',
  list: 'PLANS',
  count: CountPlansDocument,
  nameOf: ({ order }) => order.number,
  stampOf: ({ version, refundState, refunds }) =>
    [version, refundState, ...refunds.map((refund) => refund.version)].join(),
  columns: [
    { id: 'order', cell: ({ order }) => <Link to={`/owner/orders/${order.id}`}>{order.number}</Link> },
    { id: 'request', cell: ({ request }) => <Link to={requestPath(request)}>{request.number}</Link> },
    { id: 'created', cell: ({ createdAt }) => <Day at={createdAt} /> },
    { id: 'seller', cell: ({ seller }) => seller.name },
    {
      id: 'status',
      cell: ({ transaction, status, refundState }) => (
        <span className="badges">
          <Badge kind="transaction" value={transaction} />
          <Badge kind="planStatus" value={status} />
          <Badge kind="refundState" value={refundState} />
        </span>
      ),
    },
    { id: 'amount', number: true, cell: ({ total }) => <Money of={total} /> },
  ],
  views: VIEWS,
  filters: [{ name: 'seller', by: 'sellerId', filter: (sellerId) => ({ sellerId }) }, ...createdFilters],
  orders: ['CREATED_AT_DESC', 'CREATED_AT_ASC'],
  orderOf: () => 'CREATED_AT_DESC',
};

/** The refunds that need attention, those in progress, and the money that waits for goods. */
export default function Refunds() {
  const { t, enumLabel } = useI18n();
  useTitle(t('refunds'));
  const view = useView(VIEWS);
  const { intro, none } = TEXTS[view];
  const chosen = useQueue(REFUNDS);
  const [{ data, error, fetching }, run] = useQuery({ query: PlansDocument, variables: chosen });
  useRefresh(run);
  const settling = useSettling();
  const onSettle = useStable(settling.open);
  const columns = useMemo(() => [...REFUNDS.columns, refundColumn(onSettle)], [onSettle]);
  const detail = (id: string) => {
    const plan = data?.plans.nodes.find((one) => one.id === id);
    return plan && <RequestDetail id={plan.request.id} />;
  };
  return (
    <>
      <div className="head">
        <h1>{t('refunds')}</h1>
        <PauseButton />
      </div>
      <WorkQueue
        description={REFUNDS}
        columns={columns}
        chosen={chosen}
        found={data?.plans}
        fetching={fetching}
        error={error}
        onRetry={run}
        none={{ all: t(none), filtered: t('noRefundsFound') }}
        detail={detail}
        above={
          <>
            <ViewTabs
              labels={{
                attention: enumLabel('refundState', 'NEEDS_ATTENTION'),
                inProgress: t('inProgress'),
                disputed: enumLabel('refundState', 'DISPUTED'),
                held: enumLabel('refundState', 'HELD'),
                all: t('all'),
              }}
              current={view}
            />
            <p className="quiet">{t(intro)}</p>
            {view === 'attention' && (
              <>
                <LabelsInTrouble />
                <OverdueWithdrawals />
              </>
            )}
          </>
        }
      >
        {settling.dialog}
        {data && <ShortfallList plans={data.plans.nodes} />}
      </WorkQueue>
    </>
  );
}

const refundColumn = (onSettle: (refund: RefundFieldsFragment) => void): Column<Plan> => ({
  id: 'refunds',
  cell: ({ refunds }) => (
    <ul className="refunds">
      {refunds.map((refund) => (
        <RefundRow key={refund.id} refund={refund} onSettle={onSettle} />
      ))}
    </ul>
  ),
});
