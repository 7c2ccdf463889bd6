import { Link } from 'react-router';
import { useQuery } from 'urql';
import {
  type OrderFilter,
  type OrderStatus,
  OwnerOrdersDocument,
  type OwnerOrdersQuery,
} from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { WORDS } from '../i18n/words';
import { Tick } from '../parts/Fields';
import { FilterBar, FilterChoice } from '../parts/FilterBar';
import { Pager, useFilters, usePaging } from '../parts/paging';
import { Badge, Day, Money } from '../parts/Show';
import { Empty, Fault, Spinner } from '../parts/States';
import { useTitle } from '../parts/useTitle';

type Order = OwnerOrdersQuery['orders']['nodes'][number];

/** All orders; those with a request are marked. */
export function Orders() {
  const { t, word, count } = useI18n();
  useTitle(t('orders'));
  const { params, set } = useFilters();
  const open = params.get('open') === 'yes';
  const status = params.get('status') as OrderStatus | null;
  const filter: OrderFilter = {
    ...(status ? { status: [status] } : {}),
    ...(open ? { hasOpenRequest: true } : {}),
    ...(params.get('number') ? { numberStartsWith: params.get('number') } : {}),
  };
  const [{ data, error }, run] = useQuery({
    query: OwnerOrdersDocument,
    variables: { filter, ...usePaging() },
  });
  useRefresh(run);
  const orders = data?.orders.nodes ?? [];
  return (
    <>
      <div className="head">
        <h1>{t('orders')}</h1>
        {data && <p className="quiet">{t('matching', { count: count(data.orders.totalCount) })}</p>}
      </div>
      <FilterBar>
        <FilterChoice
          name="status"
          label={t('status')}
          options={Object.keys(WORDS.orderStatus).map((id) => ({ id, label: word('orderStatus', id) }))}
        />
        <Tick label={t('withRequest')} selected={open} onChange={(on) => set('open', on ? 'yes' : null)} />
      </FilterBar>
      {error && <Fault error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && orders.length === 0 && <Empty>{params.size ? t('noOrdersFound') : t('noOrders')}</Empty>}
      {orders.length > 0 && <OrderTable orders={orders} />}
      {data && <Pager page={data.orders.pageInfo} />}
    </>
  );
}

function OrderTable({ orders }: { orders: readonly Order[] }) {
  const { t, list } = useI18n();
  return (
    <table className="rows">
      <thead>
        <tr>
          <th scope="col">{t('orderNumber')}</th>
          <th scope="col">{t('placed')}</th>
          <th scope="col">{t('customer')}</th>
          <th scope="col">{t('seller')}</th>
          <th scope="col">{t('status')}</th>
          <th scope="col">{t('requestsShort')}</th>
          <th scope="col" className="number">
            {t('captured')}
          </th>
        </tr>
      </thead>
      <tbody>
        {orders.map((order) => (
          <tr
            key={order.id}
            className={order.requests.some((one) => one.status === 'WAITING') ? 'marked' : ''}
          >
            <th scope="row" data-label={t('orderNumber')}>
              <Link to={order.id}>{order.number}</Link>
            </th>
            <td data-label={t('placed')}>
              <Day at={order.placedAt} />
            </td>
            <td data-label={t('customer')}>{order.customer.name}</td>
            <td data-label={t('seller')}>{list(order.sellerOrders.map((one) => one.seller.name))}</td>
            <td data-label={t('status')}>
              <Badge kind="orderStatus" value={order.status} />
            </td>
            <td data-label={t('requestsShort')}>
              <RequestMarks requests={order.requests} />
            </td>
            <td data-label={t('captured')} className="number">
              {order.totals && <Money of={order.totals.captured} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RequestMarks({ requests }: { requests: Order['requests'] }) {
  const { word } = useI18n();
  if (requests.length === 0) return <span aria-hidden="true">–</span>;
  return (
    <span className="badges">
      {requests.map((one) => (
        <span key={one.id} className={`badge ${one.status === 'WAITING' ? 'wait' : 'still'}`}>
          {word('transaction', one.transaction)} · {word('requestStatus', one.status)}
        </span>
      ))}
    </span>
  );
}
