import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Day, Picture } from '../components/display';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { useTitle } from '../components/useTitle';
import { ReturnableDocument } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import './home.css';
import './texts';

const LATEST = 10; // orders

/** A customer's first page: of the latest orders what can still be canceled or returned. */
export default function StoreHome() {
  const { t } = useI18n();
  useTitle(t('stillReturnable'));
  const [{ data, error }, run] = useQuery({ query: ReturnableDocument, variables: { first: LATEST } });
  useRefresh(run);
  const orders = (data?.orders.nodes ?? [])
    .map((order) => ({ ...order, items: order.items.filter(({ eligibility }) => eligibility?.quantity) }))
    .filter(({ items }) => items.length > 0);
  return (
    <>
      <h1>{t('stillReturnable')}</h1>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && orders.length === 0 && <Empty>{t('nothingReturnable')}</Empty>}
      <ul className="cards">
        {orders.map((order) => (
          <li key={order.id} className="card order-card">
            <h2>
              <Link className="cover" to={`/store/orders/${order.id}`}>
                {t('orderDetails', { number: order.number })}
              </Link>
            </h2>
            <p className="quiet">
              <Day at={order.placedAt} />
            </p>
            <ul className="thumbs">
              {order.items.map((item) => (
                <li key={item.id}>
                  <Picture url={item.imageUrl} />
                  <span>
                    {item.eligibility?.quantity} × {item.name}
                    <br />
                    <span className="quiet">
                      {item.eligibility?.transaction === 'CANCEL' ? (
                        t('canBeCanceled')
                      ) : (
                        <Until at={item.eligibility?.until} />
                      )}
                    </span>
                  </span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {data && (
        <p>
          <Link to="/store/orders">{t('allMyOrders')}</Link>
        </p>
      )}
    </>
  );
}

function Until({ at }: { at?: string | null | undefined }) {
  const { t, day } = useI18n();
  return at ? t('returnUntil', { until: day(at) }) : null;
}
