import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Breadcrumb } from '../components/Breadcrumb';
import { Day } from '../components/display';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { Pager, usePageArguments } from '../components/pagination';
import { useTitle } from '../components/useTitle';
import { OrdersToWithdrawFromDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { WITHDRAW } from './WithdrawLink';

/** The customer's orders that can be withdrawn from. */
export default function Withdraw() {
  const { t } = useI18n();
  useTitle(t('withdrawTitle'));
  const [{ data, error }, run] = useQuery({
    query: OrdersToWithdrawFromDocument,
    variables: usePageArguments(),
  });
  const orders = data?.orders.nodes.filter(({ allowedActions }) =>
    allowedActions.some(({ action, enabled }) => action === 'DECLARE_WITHDRAWAL' && enabled),
  );
  return (
    <>
      <Breadcrumb trail={[{ to: '/store/orders', name: t('myOrders') }]} page={t('withdrawTitle')} />
      <h1>{t('withdrawTitle')}</h1>
      <p className="lead">{t('withdrawIntro')}</p>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {orders?.length === 0 && <Empty>{t('withdrawNone')}</Empty>}
      <ul className="cards">
        {orders?.map((order) => (
          <li key={order.id} className="card order-card">
            <h2>
              <Link className="cover" to={`${WITHDRAW}/${order.id}`}>
                {t('orderDetails', { number: order.number })}
              </Link>
            </h2>
            <p className="quiet">
              <Day at={order.placedAt} />
            </p>
            <ul>
              {order.items.map((item) => (
                <li key={item.id}>
                  {item.quantity} × {item.name}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {data && <Pager page={data.orders.pageInfo} />}
    </>
  );
}
