import './texts';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Badge, Day, Money, Picture } from '../components/display';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { Pager, usePageArguments } from '../components/pagination';
import { useTitle } from '../components/useTitle';
import { MyOrdersDocument, type MyOrdersQuery } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';

type Order = MyOrdersQuery['orders']['nodes'][number];

/** My Orders. */
export function Orders() {
  const { t } = useI18n();
  useTitle(t('myOrders'));
  const [{ data, error }, run] = useQuery({ query: MyOrdersDocument, variables: usePageArguments() });
  useRefresh(run);
  return (
    <>
      <h1>{t('myOrders')}</h1>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data?.orders.nodes.length === 0 && <Empty>{t('noPurchases')}</Empty>}
      <ul className="cards">
        {data?.orders.nodes.map((order) => (
          <OrderCard key={order.id} order={order} />
        ))}
      </ul>
      {data && <Pager page={data.orders.pageInfo} />}
    </>
  );
}

function OrderCard({ order }: { order: Order }) {
  const { t } = useI18n();
  const waiting = order.requests.some((request) => request.status === 'WAITING');
  return (
    <li className="card order-card">
      <div className="card-head">
        <h2>
          <Link className="cover" to={order.id}>
            {t('orderDetails', { number: order.number })}
          </Link>
        </h2>
        <span className="badges">
          <Badge kind="orderStatus" value={order.status} />
          {waiting && <span className="badge wait">{t('openRequest')}</span>}
        </span>
      </div>
      <p className="quiet">
        <Day at={order.placedAt} />
        {order.totals && (
          <>
            {' · '}
            <Money of={order.totals.captured} />
          </>
        )}
      </p>
      <ul className="thumbs">
        {order.items.map((item) => (
          <li key={item.id}>
            <Picture url={item.imageUrl} />
            <span>
              {item.quantity} × {item.name}
            </span>
          </li>
        ))}
      </ul>
    </li>
  );
}
