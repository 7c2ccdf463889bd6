import { useParams } from 'react-router';
import { useQuery } from 'urql';
import { Breadcrumb } from '../components/Breadcrumb';
import { Badge, Fact, Money, Timeline, When } from '../components/display';
import { Empty, NotFound, ServerError, Spinner } from '../components/feedback';
import { useOrderLive } from '../components/useOrderLive';
import { useTitle } from '../components/useTitle';
import { OwnerOrderDocument, type OwnerOrderFieldsFragment, OwnerOrderUpdatesDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { OwnerRequest } from './OwnerRequest';
import { Plan } from './Plan';
import { Products } from './Products';

type Order = OwnerOrderFieldsFragment;

/** Order details: products, customer, order and payment information, requests, and plans at the bottom. */
export default function OrderPage() {
  const { id = '' } = useParams();
  const { t, language: locale } = useI18n();
  const [{ data, error }, run] = useQuery({ query: OwnerOrderDocument, variables: { id, locale } });
  const order = data?.order;
  useOrderLive(OwnerOrderUpdatesDocument, { orderId: id, locale }, order?.timeline);
  useTitle(order ? t('orderDetails', { number: order.number }) : t('orders'));

  if (error && !data) return <ServerError error={error} onRetry={run} />;
  if (!data) return <Spinner />;
  if (!order) return <NotFound />;
  return (
    <>
      <Breadcrumb list="/owner/orders" name={t('orders')} />
      <div className="head">
        <h1>{t('orderDetails', { number: order.number })}</h1>
        <Badge kind="orderStatus" value={order.status} />
      </div>
      <Products key={order.id} order={order} />
      <div className="three">
        <CustomerInformation order={order} />
        <OrderInformation order={order} />
        <PaymentInformation order={order} />
      </div>
      <section aria-labelledby="requests">
        <h2 id="requests">{t('requests')}</h2>
        {order.requests.length === 0 && <Empty>{t('noRequests')}</Empty>}
        {order.requests.map((request) => (
          <OwnerRequest key={request.id} request={request} />
        ))}
      </section>
      <details className="card">
        <summary>{t('history')}</summary>
        <Timeline events={order.timeline} />
      </details>
      <section aria-labelledby="plans">
        <h2 id="plans">{t('plansTitle')}</h2>
        {order.plans.length === 0 && <Empty>{t('noPlans')}</Empty>}
        {order.plans.map((plan) => (
          <Plan key={plan.id} plan={plan} />
        ))}
      </section>
    </>
  );
}

function CustomerInformation({ order }: { order: Order }) {
  const { t } = useI18n();
  return (
    <section className="card" aria-labelledby="customer">
      <h2 id="customer">{t('customerInformation')}</h2>
      <dl className="facts">
        <Fact term={t('customer')}>{order.customer.name}</Fact>
        {order.customer.email && <Fact term={t('email')}>{order.customer.email}</Fact>}
      </dl>
    </section>
  );
}

function OrderInformation({ order }: { order: Order }) {
  const { t } = useI18n();
  return (
    <section className="card" aria-labelledby="order">
      <h2 id="order">{t('orderInformation')}</h2>
      <dl className="facts">
        <Fact term={t('orderNumber')}>{order.number}</Fact>
        <Fact term={t('placed')}>
          <When at={order.placedAt} />
        </Fact>
        {order.sellerOrders.map((part) => (
          <Fact key={part.id} term={part.seller.name}>
            <Badge kind="orderStatus" value={part.status} />
          </Fact>
        ))}
      </dl>
    </section>
  );
}

function PaymentInformation({ order }: { order: Order }) {
  const { t } = useI18n();
  const { totals } = order;
  return (
    <section className="card" aria-labelledby="payment">
      <h2 id="payment">{t('paymentInformation')}</h2>
      <dl className="facts">
        {totals &&
          (['items', 'discount', 'tax', 'shipping'] as const).map((name) => (
            <Fact key={name} term={name === 'items' ? t('itemsHeading') : t(name)}>
              <Money of={totals[name]} />
            </Fact>
          ))}
        {order.payments.map((payment) => (
          <Fact key={payment.id} term={t('paidBy', { method: payment.method })}>
            <Money of={payment.captured} />
          </Fact>
        ))}
        {totals && (
          <Fact term={t('refunded')}>
            <Money of={totals.refunded} />
          </Fact>
        )}
      </dl>
    </section>
  );
}
