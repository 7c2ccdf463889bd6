import './texts';
import { lazy, Suspense } from 'react';
import { useParams } from 'react-router';
import { useQuery } from 'urql';
import { Breadcrumb } from '../components/Breadcrumb';
import { Badge, Day, Fact, Money, OnlyIfAny } from '../components/display';
import { Empty, NotFound, ServerError, Spinner } from '../components/feedback';
import { useOrderLive } from '../components/useOrderLive';
import { useTitle } from '../components/useTitle';
import { StoreOrderDocument, type StoreOrderFieldsFragment, StoreOrderUpdatesDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { ReturnItems } from './ReturnItems';

const RequestCard = lazy(() => import('./RequestCard'));
const OrderReceipts = lazy(() => import('../withdrawals/OrderReceipts'));

/** One order of the customer: its items, its requests and its totals. */
export function OrderPage() {
  const { id = '' } = useParams();
  const { t, language: locale } = useI18n();
  const [{ data, error }, run] = useQuery({ query: StoreOrderDocument, variables: { id, locale } });
  const order = data?.order;
  useOrderLive(StoreOrderUpdatesDocument, { orderId: id, locale }, order?.timeline);
  useTitle(order ? t('orderDetails', { number: order.number }) : t('myOrders'));

  if (error && !data) return <ServerError error={error} onRetry={run} />;
  if (!data) return <Spinner />;
  if (!order) return <NotFound />;
  return (
    <>
      <Breadcrumb trail={[{ to: '/store/orders', name: t('myOrders') }]} page={t('details')} />
      <div className="head">
        <h1>{t('orderDetails', { number: order.number })}</h1>
        <Badge kind="orderStatus" value={order.status} />
      </div>
      <p className="quiet">
        {t('placed')} <Day at={order.placedAt} />
      </p>
      <ReturnItems
        key={order.id}
        order={order}
        policy={data.returnPolicy}
        onRefused={() => run({ requestPolicy: 'network-only' })}
      />
      <section aria-labelledby="requests">
        <h2 id="requests">{t('yourRequests')}</h2>
        {order.requests.length === 0 && <Empty>{t('noRequests')}</Empty>}
        <Suspense fallback={<Spinner />}>
          {order.requests.map((request) => (
            <RequestCard key={request.id} request={request} />
          ))}
        </Suspense>
      </section>
      {order.timeline.some(({ subject }) => subject === 'WITHDRAWAL') && (
        <Suspense>
          <OrderReceipts id={order.id} />
        </Suspense>
      )}
      {order.totals && <Totals totals={order.totals} />}
    </>
  );
}

function Totals({ totals }: { totals: NonNullable<StoreOrderFieldsFragment['totals']> }) {
  const { t } = useI18n();
  return (
    <section className="card narrow" aria-labelledby="totals">
      <h2 id="totals">{t('totals')}</h2>
      <dl className="facts">
        {(['items', 'discount', 'tax', 'shipping', 'captured', 'refunded'] as const).map((name) => (
          <Fact key={name} term={name === 'items' ? t('itemsHeading') : t(name)}>
            <Money of={totals[name]} />
          </Fact>
        ))}
        {(['includedTax', 'paidBackElsewhere'] as const).map((name) => (
          <OnlyIfAny key={name} term={t(name)} of={totals[name]} />
        ))}
      </dl>
    </section>
  );
}
