import { useMemo } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Badge, Day } from '../components/display';
import { NotFound } from '../components/feedback';
import { useTitle } from '../components/useTitle';
import {
  ArrivingReturnsDocument,
  type ArrivingReturnsQuery,
  CountReturnsDocument,
  type ReturnFilter,
  type ReturnOrder,
  type ReturnStatus,
} from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { Due } from '../queue/Due';
import type { Column, Description } from '../queue/description';
import { createdFilters, deadline } from '../queue/moments';
import { OpenLink } from '../queue/OpenLink';
import { useQueue } from '../queue/useQueue';
import { useStable } from '../queue/useStable';
import { WorkQueue } from '../queue/WorkQueue';
import { type OnTask, ReturnActions } from './ReturnActions';
import { ReturnArticle } from './ReturnArticle';
import { useReturnDialogs } from './useReturnDialogs';

type Shipment = ArrivingReturnsQuery['returnShipments']['nodes'][number];

const UNDER_WAY: ReturnStatus[] = ['AWAITING', 'IN_TRANSIT', 'RECEIVED', 'LOST'];

const RETURNS: Description<Shipment, ReturnFilter, ReturnOrder> = {
  name: 'returns',
  list: 'RETURN_SHIPMENTS',
  count: CountReturnsDocument,
  nameOf: ({ number }) => number,
  stampOf: ({ version }) => version,
  columns: [
    { id: 'shipment', cell: ({ id, number }) => <OpenLink id={id}>{number}</OpenLink> },
    { id: 'created', cell: ({ createdAt }) => <Day at={createdAt} /> },
    { id: 'order', cell: ({ order }) => <Link to={`/owner/orders/${order.id}`}>{order.number}</Link> },
    { id: 'seller', cell: ({ seller }) => seller.name },
    {
      id: 'products',
      cell: ({ lines }) => (
        <span className="products">
          {lines.map(({ expected, orderItem }) => (
            <span key={orderItem.id}>
              {expected} × {orderItem.name}
            </span>
          ))}
        </span>
      ),
    },
    { id: 'tracking', cell: ({ trackingNumber }) => trackingNumber, extra: true },
    { id: 'status', cell: ({ status }) => <Badge kind="returnStatus" value={status} /> },
    {
      id: 'deadline',
      cell: ({ status, dueAt }) => (dueAt && UNDER_WAY.includes(status) ? <Due at={dueAt} /> : '–'),
    },
  ],
  filters: [
    { name: 'status', by: 'returnStatus', filter: (value) => ({ status: [value as ReturnStatus] }) },
    {
      name: 'due',
      by: 'deadline',
      filter: (value) => ({ dueBefore: deadline(value), status: UNDER_WAY }),
    },
    { name: 'seller', by: 'sellerId', filter: (sellerId) => ({ sellerId }) },
    { name: 'trouble', by: 'tick', filter: () => ({ labelTrouble: true }) },
    ...createdFilters,
  ],
  search: (search) => ({ search }),
  orders: ['DUE_AT_ASC', 'DUE_AT_DESC', 'CREATED_AT_DESC', 'CREATED_AT_ASC'],
  orderOf: () => 'DUE_AT_ASC',
};

/** The goods on their way back to all sellers, the earliest deadline first. */
export default function Returns() {
  const { t } = useI18n();
  useTitle(t('returns'));
  const chosen = useQueue(RETURNS);
  const [{ data, error, fetching }, run] = useQuery({ query: ArrivingReturnsDocument, variables: chosen });
  useRefresh(run);
  const { onTask, dialogs } = useReturnDialogs();
  const onRowTask = useStable<Parameters<OnTask>>(onTask);
  const columns = useMemo(() => [...RETURNS.columns, taskColumn(onRowTask)], [onRowTask]);
  const detail = (id: string) => {
    const shipment = data?.returnShipments.nodes.find((one) => one.id === id);
    if (!shipment) return <NotFound text={t('returnNotFound')} />;
    return (
      <ReturnArticle
        shipment={shipment}
        labels={shipment.labels}
        level={2}
        about={t('requestNumber', { number: shipment.request.number })}
        onTask={onTask}
      />
    );
  };
  return (
    <WorkQueue
      title={t('returns')}
      description={RETURNS}
      columns={columns}
      chosen={chosen}
      found={data?.returnShipments}
      fetching={fetching}
      error={error}
      onRetry={run}
      none={{ all: t('noReturns'), filtered: t('noReturnsFound') }}
      detail={detail}
    >
      {dialogs}
    </WorkQueue>
  );
}

const taskColumn = (onTask: OnTask): Column<Shipment> => ({
  id: 'decision',
  cell: (shipment) => <ReturnActions shipment={shipment} onTask={onTask} />,
});
