import { lazy } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Badge, Day, Money } from '../components/display';
import { useTitle } from '../components/useTitle';
import {
  CountOrdersDocument,
  type OrderFilter,
  type OrderOrder,
  type OrderStatus,
  OwnerOrdersDocument,
  type OwnerOrdersQuery,
} from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import type { Description } from '../queue/description';
import { placedFilters } from '../queue/moments';
import { useQueue } from '../queue/useQueue';
import { WorkQueue } from '../queue/WorkQueue';

const OrderDetail = lazy(() => import('./OrderDetail'));

type Order = OwnerOrdersQuery['orders']['nodes'][number];

const ORDERS: Description<Order, OrderFilter, OrderOrder> = {
  name: 'orders',
  list: 'ORDERS',
  count: CountOrdersDocument,
  nameOf: ({ number }) => number,
  stampOf: ({ version }) => version,
  columns: [
    { id: 'order', cell: ({ id, number }) => <Link to={`/owner/orders/${id}`}>{number}</Link> },
    { id: 'placed', cell: ({ placedAt }) => <Day at={placedAt} /> },
    { id: 'customer', cell: ({ customer }) => customer.name },
    { id: 'seller', cell: (order) => <Sellers order={order} /> },
    {
      id: 'status',
      cell: ({ status, disputed }) => (
        <span className="badges">
          <Badge kind="orderStatus" value={status} />
          {disputed && <Badge kind="refundState" value="DISPUTED" />}
        </span>
      ),
    },
    { id: 'requests', cell: ({ requests }) => <RequestMarks requests={requests} /> },
    { id: 'captured', number: true, cell: ({ totals }) => totals && <Money of={totals.captured} /> },
  ],
  filters: [
    { name: 'status', by: 'orderStatus', filter: (value) => ({ status: [value as OrderStatus] }) },
    { name: 'seller', by: 'sellerId', filter: (sellerId) => ({ sellerId }) },
    { name: 'open', by: 'tick', filter: () => ({ hasOpenRequest: true }) },
    { name: 'disputed', by: 'tick', filter: () => ({ disputed: true }) },
    ...placedFilters,
  ],
  search: (search) => ({ search }),
  orders: ['PLACED_AT_DESC', 'PLACED_AT_ASC'],
  orderOf: () => 'PLACED_AT_DESC',
};

/** All orders. Those with an open request are marked. */
export default function Orders() {
  const { t } = useI18n();
  useTitle(t('orders'));
  const chosen = useQueue(ORDERS);
  const [{ data, error, fetching }, run] = useQuery({ query: OwnerOrdersDocument, variables: chosen });
  useRefresh(run);
  return (
    <WorkQueue
      title={t('orders')}
      description={ORDERS}
      columns={ORDERS.columns}
      chosen={chosen}
      found={data?.orders}
      fetching={fetching}
      error={error}
      onRetry={run}
      none={{ all: t('noOrders'), filtered: t('noOrdersFound') }}
      isMarked={hasOpenRequest}
      detail={(id) => <OrderDetail id={id} />}
      pageOf={(id) => `/owner/orders/${id}`}
      above={
        <p>
          <Link to="/owner/packages">{t('packages')}</Link>
        </p>
      }
    />
  );
}

const hasOpenRequest = ({ requests }: Order) => requests.some(({ status }) => status === 'WAITING');

function Sellers({ order }: { order: Order }) {
  const { list } = useI18n();
  return list(order.sellerOrders.map(({ seller }) => seller.name));
}

function RequestMarks({ requests }: { requests: Order['requests'] }) {
  const { enumLabel } = useI18n();
  if (requests.length === 0) return <span aria-hidden="true">–</span>;
  return (
    <span className="badges">
      {requests.map((request) => (
        <span key={request.id} className={`badge ${request.status === 'WAITING' ? 'wait' : 'still'}`}>
          {enumLabel('requestTransaction', request.transaction)} ·{' '}
          {enumLabel('requestStatus', request.status)}
        </span>
      ))}
    </span>
  );
}
