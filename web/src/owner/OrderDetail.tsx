import { lazy, type ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { useQuery } from 'urql';
import { Badge, Timeline } from '../components/display';
import { FileButton } from '../components/FileButton';
import { Empty, NotFound, ServerError, Spinner } from '../components/feedback';
import { Unfold } from '../components/Unfold';
import { useOrderLive } from '../components/useOrderLive';
import { usePageDialog } from '../components/usePageDialog';
import {
  OwnerOrderDocument,
  type OwnerOrderFieldsFragment,
  OwnerOrderUpdatesDocument,
  RestOfOrderDocument,
} from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { useReturnDialogs } from '../returns/useReturnDialogs';
import { May } from '../session/May';
import { AtBank } from './AtBank';
import { Information } from './information';
import { MoneyAndGoods } from './MoneyAndGoods';
import { OwnerRequest } from './OwnerRequest';
import { Products } from './Products';
import { ShortfallList } from './Shortfall';
import { useDecisions } from './useDecisions';

const AllowanceDialog = lazy(() => import('./AllowanceDialog'));
const OrderTerms = lazy(() => import('../terms/OrderTerms'));

/** Whether units of an item may come back without a request: they have left, and the customer has them. */
const mayComeBack = (item: OwnerOrderFieldsFragment['items'][number]) =>
  item.active > 0 && (item.package.status === 'SHIPPED' || item.package.status === 'DELIVERED');

/** Labels, and what bank and gateway have done: a query of its own, for the order's is as large as the server takes it. */
function useRestOfOrder(id: string | undefined) {
  const [{ data }, run] = useQuery({ query: RestOfOrderDocument, variables: { id: id ?? '' }, pause: !id });
  useRefresh(run);
  return data?.order;
}

interface OrderDetailProps {
  id: string;
  /** What stands above it on a page of its own. */
  head?: (number: string) => ReactNode;
}

/** Order details: products, customer, order and payment information, requests, and plans at the bottom. */
export default function OrderDetail({ id, head }: OrderDetailProps) {
  const { t, language: locale } = useI18n();
  const [{ data, error }, run] = useQuery({ query: OwnerOrderDocument, variables: { id, locale } });
  const order = data?.order;
  useOrderLive(OwnerOrderUpdatesDocument, { orderId: id, locale }, order?.timeline);
  const { decide, dialogs } = useDecisions();
  const goods = useReturnDialogs();
  const rest = useRestOfOrder(order?.id);
  const allowance = usePageDialog<string>((orderId, ends) => <AllowanceDialog orderId={orderId} {...ends} />);

  if (error && !data) return <ServerError error={error} onRetry={run} />;
  if (!data) return <Spinner />;
  if (!order) return <NotFound />;
  const Title = head ? 'h1' : 'h2';
  return (
    <>
      {head?.(order.number)}
      <div className="head">
        <Title>{t('orderDetails', { number: order.number })}</Title>
        <span className="badges">
          <Badge kind="orderStatus" value={order.status} />
          {rest?.disputed && <Badge kind="refundState" value="DISPUTED" />}
          <FileButton
            path={`/orders/${order.id}/evidence`}
            name={`evidence-${order.number}.pdf`}
            failure={t('evidenceFailed')}
          >
            {t('evidenceFile')}
          </FileButton>
        </span>
      </div>
      {rest && <AtBank payments={rest.payments} />}
      <Products key={order.id} order={order} />
      <Information order={order} requests={order.requests} />
      <section aria-labelledby="requests">
        <h2 id="requests">{t('requests')}</h2>
        {dialogs}
        {order.requests.length === 0 && <Empty>{t('noRequests')}</Empty>}
        {order.requests.map((request) => (
          <OwnerRequest key={request.id} request={request} onDecide={decide} />
        ))}
      </section>
      <Unfold className="card" summary={t('orderTerms')}>
        <OrderTerms orderId={order.id} />
      </Unfold>
      <details className="card">
        <summary>{t('history')}</summary>
        <Timeline events={order.timeline} />
      </details>
      <section aria-labelledby="plans">
        <h2 id="plans">{t('plansTitle')}</h2>
        {order.plans.length === 0 && <Empty>{t('noPlans')}</Empty>}
        {rest && <ShortfallList plans={rest.plans} />}
        {goods.dialogs}
        {order.plans.map((plan) => {
          const shipment = order.returnShipments.find(({ request }) => request.id === plan.request.id);
          return (
            <MoneyAndGoods
              key={plan.id}
              plan={plan}
              shipment={shipment}
              labels={rest?.returnShipments.find(({ id }) => id === shipment?.id)?.labels}
              onTask={goods.onTask}
            />
          );
        })}
        {allowance.dialog}
        <div className="actions start">
          {order.items.some(mayComeBack) && (
            <May action="RECEIVE_UNANNOUNCED">
              <Button className="button" onPress={() => goods.openUnannounced(order.number)}>
                {t('unannounced')}
              </Button>
            </May>
          )}
          {order.allowedActions.some(({ action, enabled }) => action === 'REFUND_ALLOWANCE' && enabled) && (
            <Button className="button" onPress={() => allowance.open(order.id)}>
              {t('refundAllowance')}
            </Button>
          )}
        </div>
      </section>
    </>
  );
}
