import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Badge, Day, Money } from '../components/display';
import { CheckboxField } from '../components/Fields';
import { FilterBar, FilterSelect } from '../components/FilterBar';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { Pager, useFilters, usePageArguments } from '../components/pagination';
import { useTitle } from '../components/useTitle';
import {
  type OrderFilter,
  type OrderStatus,
  OwnerOrdersDocument,
  type OwnerOrdersQuery,
} from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';

type Order = OwnerOrdersQuery['orders']['nodes'][number];

/** All orders. Those with an open request are marked. */
export function Orders() {
  const { t, enumLabel, count } = useI18n();
  useTitle(t('orders'));
  const { params, set } = useFilters();
  const onlyOpen = params.get('open') === 'yes';
  const onlyDisputed = params.get('disputed') === 'yes';
  const status = params.get('status') as OrderStatus | null;
  const filter: OrderFilter = {
    ...(status ? { status: [status] } : {}),
    ...(onlyOpen ? { hasOpenRequest: true } : {}),
    ...(onlyDisputed ? { disputed: true } : {}),
    ...(params.get('number') ? { numberStartsWith: params.get('number') } : {}),
  };
  const [{ data, error }, run] = useQuery({
    query: OwnerOrdersDocument,
    variables: { filter, ...usePageArguments() },
  });
  useRefresh(run);
  const orders = data?.orders.nodes ?? [];
  return (
    <>
      <div className="head">
        <h1>{t('orders')}</h1>
        {data && <p className="quiet">{t('found', { count: count(data.orders.totalCount) })}</p>}
      </div>
      <FilterBar>
        <FilterSelect
          name="status"
          label={t('status')}
          options={Object.keys(ENUM_LABELS.orderStatus).map((id) => ({
            id,
            label: enumLabel('orderStatus', id),
          }))}
        />
        <CheckboxField
          label={t('withRequest')}
          selected={onlyOpen}
          onChange={(on) => set('open', on ? 'yes' : null)}
        />
        <CheckboxField
          label={t('onlyDisputed')}
          selected={onlyDisputed}
          onChange={(on) => set('disputed', on ? 'yes' : null)}
        />
      </FilterBar>
      {error && <ServerError error={error} onRetry={run} />}
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
            className={order.requests.some((request) => request.status === 'WAITING') ? 'marked' : ''}
          >
            <th scope="row" data-label={t('orderNumber')}>
              <Link to={order.id}>{order.number}</Link>
            </th>
            <td data-label={t('placed')}>
              <Day at={order.placedAt} />
            </td>
            <td data-label={t('customer')}>{order.customer.name}</td>
            <td data-label={t('seller')}>
              {list(order.sellerOrders.map((sellerOrder) => sellerOrder.seller.name))}
            </td>
            <td data-label={t('status')}>
              <span className="badges">
                <Badge kind="orderStatus" value={order.status} />
                {order.disputed && <Badge kind="refundState" value="DISPUTED" />}
              </span>
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
