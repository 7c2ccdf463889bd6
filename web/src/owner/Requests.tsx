import { lazy, useMemo } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Breadcrumb } from '../components/Breadcrumb';
import { useTitle } from '../components/useTitle';
import {
  CountRequestsDocument,
  type RequestFieldsFragment,
  type RequestFilter,
  type RequestOrder,
  RequestsDocument,
  WaitingDocument,
  type WaitingOn,
} from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import type { Column, Description } from '../queue/description';
import { requestColumns, requestFilters, requestList } from '../queue/requests';
import { useBulk } from '../queue/useBulk';
import { useQueue } from '../queue/useQueue';
import { useStable } from '../queue/useStable';
import { WorkQueue } from '../queue/WorkQueue';
import { LatestChanges } from './LatestChanges';
import { type Decision, RequestActions } from './RequestActions';
import { requestPath } from './requestPath';
import { useDecisions } from './useDecisions';

const RequestDetail = lazy(() => import('./RequestDetail'));

type Request = RequestFieldsFragment;

const { created, customer, seller, products, transaction, status, due, amount } = requestColumns;

const REQUESTS: Description<Request, RequestFilter, RequestOrder> = {
  ...requestList,
  name: 'requests',
  list: 'REQUESTS',
  count: CountRequestsDocument,
  columns: [
    { id: 'request', cell: ({ id, number }) => <Link to={requestPath({ id })}>{number}</Link> },
    created,
    {
      id: 'order',
      cell: ({ order }) => <Link to={`/owner/orders/${order.id}`}>{order.number}</Link>,
    },
    customer,
    seller,
    { ...products, extra: true },
    transaction,
    status,
    due,
    amount,
  ],
  filters: [
    ...requestFilters,
    { name: 'waitingOn', by: 'waitingOn', filter: (value) => ({ waitingOn: [value as WaitingOn] }) },
    { name: 'seller', by: 'sellerId', filter: (sellerId) => ({ sellerId }) },
    { name: 'reason', by: 'reason', more: true, filter: (handle) => ({ reason: [handle] }) },
    { name: 'escalated', by: 'tick', filter: () => ({ escalated: true }) },
    { name: 'allowance', by: 'tick', filter: () => ({ allowance: true }) },
  ],
  orderOf: (params) => (params.has('waitingOn') || params.has('due') ? 'DUE_AT_ASC' : 'CREATED_AT_DESC'),
};

/** Orders > Cancellation/Return Requests: every request, updated live. */
export default function Requests() {
  const { t, language: locale } = useI18n();
  useTitle(t('requests'));
  const chosen = useQueue(REQUESTS);
  const [{ data, error, fetching }, run] = useQuery({
    query: RequestsDocument,
    variables: { ...chosen, locale },
  });
  useRefresh(run);
  const { decide, dialogs } = useDecisions();
  const bulk = useBulk({ onBehalf: true });
  const onDecide = useStable(decide);
  const columns = useMemo(() => [...REQUESTS.columns, decisionColumn(onDecide)], [onDecide]);
  return (
    <>
      <Breadcrumb trail={[{ to: '/owner/orders', name: t('orders') }]} page={t('requests')} />
      <WorkQueue
        title={t('requests')}
        description={REQUESTS}
        columns={columns}
        chosen={chosen}
        found={data?.requests}
        fetching={fetching}
        error={error}
        onRetry={run}
        none={{ all: t('noRequests'), filtered: t('noRequestsFound') }}
        bulk={bulk.buttons}
        detail={(id) => <RequestDetail id={id} />}
        pageOf={(id) => requestPath({ id })}
        above={<Counters />}
      >
        {dialogs}
        {bulk.dialog}
      </WorkQueue>
      {(data || error) && <LatestChanges /> /* before, the list would push it away */}
    </>
  );
}

const decisionColumn = (onDecide: (decision: Decision, request: Request) => void): Column<Request> => ({
  id: 'decision',
  cell: (request) => <RequestActions request={request} compact onDecide={onDecide} />,
});

/** How many requests wait for the owner, the sellers and the system. Each counter links to its list, and has its place before. */
function Counters() {
  const { t, enumLabel, count } = useI18n();
  const [{ data }, run] = useQuery({ query: WaitingDocument });
  useRefresh(run);
  const shown = (found: { totalCount: number } | undefined) => (found ? count(found.totalCount) : '–');
  const counters = [
    { waitingOn: 'OWNER', total: data?.owner },
    { waitingOn: 'SELLER', total: data?.seller },
    { waitingOn: 'SYSTEM', total: data?.system },
  ];
  return (
    <ul className="counters" aria-live="polite">
      {counters.map(({ waitingOn, total }) => (
        <li key={waitingOn}>
          <Link to={`?waitingOn=${waitingOn}`}>
            <strong>{shown(total)}</strong> {t('waitingFor', { name: enumLabel('waitingOn', waitingOn) })}
          </Link>
        </li>
      ))}
      <li>
        <Link to="?escalated=yes">
          <strong>{shown(data?.escalated)}</strong> {t('escalated')}
        </Link>
      </li>
      <li>
        <Link to="/owner/refunds">
          <strong>{shown(data?.attention)}</strong> {enumLabel('refundState', 'NEEDS_ATTENTION')}
        </Link>
      </li>
      <li>
        <Link to="/owner/withdrawals">
          <strong>{shown(data?.withdrawn)}</strong>{' '}
          {t('withdrawals', { count: data?.withdrawn.totalCount ?? 0 })}
        </Link>
      </li>
      {data && data.disputed.totalCount > 0 && (
        <li>
          <Link to="/owner/orders?disputed=yes">
            <strong>{count(data.disputed.totalCount)}</strong>{' '}
            {t('disputedOrders', { count: data.disputed.totalCount })}
          </Link>
        </li>
      )}
      {data && data.overdue.totalCount > 0 && (
        <li>
          <Link to="/owner/withdrawals?view=overdue">
            <strong>{count(data.overdue.totalCount)}</strong>{' '}
            {t('overdueMoney', { count: data.overdue.totalCount })}
          </Link>
        </li>
      )}
      {data && data.labels.totalCount > 0 && (
        <li>
          <Link to="/owner/refunds">
            <strong>{count(data.labels.totalCount)}</strong>{' '}
            {t('labelsInTrouble', { count: data.labels.totalCount })}
          </Link>
        </li>
      )}
    </ul>
  );
}
