import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Badge, Fact, Money, OnlyIfAny, PostalAddress, When } from '../components/display';
import type { OrderInformationFragment, RequestFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

type Order = OrderInformationFragment;

/** The details of cancellation requests: product, customer, order and payment information. */
export function Information({
  order,
  requests,
}: {
  order: Order;
  requests: readonly RequestFieldsFragment[];
}) {
  return (
    <div className="three">
      <ProductInformation requests={requests} />
      <CustomerInformation order={order} />
      <OrderInformation order={order} />
      <PaymentInformation order={order} />
    </div>
  );
}

function Card({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

function ProductInformation({ requests }: { requests: readonly RequestFieldsFragment[] }) {
  const { t } = useI18n();
  return (
    <Card id="product" title={t('productInformation')}>
      {requests.length === 0 && <p className="quiet">{t('noRequests')}</p>}
      {requests.map((request) => (
        <div key={request.id}>
          <p className="quiet">
            <Link to={`/owner/requests/${request.id}`}>{t('requestNumber', { number: request.number })}</Link>
            {' · '}
            {request.seller.name}
          </p>
          <ul>
            {request.items.map((item) => (
              <li key={item.orderItem.id}>
                {item.quantity} × {item.orderItem.name}
                <span className="quiet"> · {item.reasonLabel}</span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </Card>
  );
}

function CustomerInformation({ order: { customer } }: { order: Order }) {
  const { t } = useI18n();
  return (
    <Card id="customer" title={t('customerInformation')}>
      <dl className="facts">
        <Fact term={t('customer')}>{customer.name}</Fact>
        {customer.email && <Fact term={t('email')}>{customer.email}</Fact>}
        {customer.phone && <Fact term={t('phone')}>{customer.phone}</Fact>}
      </dl>
    </Card>
  );
}

function OrderInformation({ order }: { order: Order }) {
  const { t } = useI18n();
  return (
    <Card id="order" title={t('orderInformation')}>
      <dl className="facts">
        <Fact term={t('orderNumber')}>
          <Link to={`/owner/orders/${order.id}`}>{order.number}</Link>
        </Fact>
        <Fact term={t('placed')}>
          <When at={order.placedAt} />
        </Fact>
        <Fact term={t('status')}>
          <Badge kind="orderStatus" value={order.status} />
        </Fact>
        {order.sellerOrders.map((part) => (
          <Fact key={part.id} term={part.seller.name}>
            <Badge kind="orderStatus" value={part.status} />
          </Fact>
        ))}
        {order.shippingAddress && (
          <Fact term={t('shippingAddress')}>
            <PostalAddress address={order.shippingAddress} />
          </Fact>
        )}
        {order.billingAddress && (
          <Fact term={t('billingAddress')}>
            <PostalAddress address={order.billingAddress} />
          </Fact>
        )}
      </dl>
    </Card>
  );
}

function PaymentInformation({ order }: { order: Order }) {
  const { t, enumLabel } = useI18n();
  const { totals } = order;
  return (
    <Card id="payment" title={t('paymentInformation')}>
      <dl className="facts">
        {totals &&
          (['items', 'discount', 'tax', 'shipping'] as const).map((name) => (
            <Fact key={name} term={name === 'items' ? t('itemsHeading') : t(name)}>
              <Money of={totals[name]} />
            </Fact>
          ))}
        {totals && <OnlyIfAny term={t('includedTax')} of={totals.includedTax} />}
      </dl>
      {order.payments.map((payment) => (
        <dl key={payment.id} className="facts">
          <Fact term={t('paidBy', { method: enumLabel('paymentMethod', payment.method) })}>
            <Money of={payment.captured} />
          </Fact>
          {payment.paidAt && (
            <Fact term={t('paidAt')}>
              <When at={payment.paidAt} />
            </Fact>
          )}
          {payment.instrument && <Fact term={t('instrument')}>{payment.instrument}</Fact>}
          {payment.reference && <Fact term={t('reference')}>{payment.reference}</Fact>}
        </dl>
      ))}
      {totals && (
        <dl className="facts">
          <Fact term={t('captured')}>
            <Money of={totals.captured} />
          </Fact>
          <Fact term={t('refunded')}>
            <Money of={totals.refunded} />
          </Fact>
          <OnlyIfAny term={t('paidBackElsewhere')} of={totals.paidBackElsewhere} />
        </dl>
      )}
    </Card>
  );
}
