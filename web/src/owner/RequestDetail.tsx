import { lazy, type ReactNode, Suspense } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Timeline } from '../components/display';
import { Empty, NotFound, ServerError, Spinner } from '../components/feedback';
import { RequestSummary } from '../components/RequestSummary';
import { OwnerRequestDocument } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { useReturnDialogs } from '../returns/useReturnDialogs';
import { CancellationTerms, RequestTerms } from '../terms/RequestTerms';
import { Information } from './information';
import { MoneyAndGoods } from './MoneyAndGoods';
import { RequestActions } from './RequestActions';
import { requestPath } from './requestPath';
import { useDecisions } from './useDecisions';

const RequestMessages = lazy(() => import('../messages/RequestMessages'));

interface RequestDetailProps {
  id: string;
  /** What stands above it on a page of its own. */
  head?: (number: string) => ReactNode;
}

/** What there is to say about one request: its decision, product, customer, order and payment, its plan, history and mail. */
export default function RequestDetail({ id, head }: RequestDetailProps) {
  const { t, language: locale } = useI18n();
  const [{ data, error }, run] = useQuery({ query: OwnerRequestDocument, variables: { id, locale } });
  useRefresh(() => run({ requestPolicy: 'network-only' }));
  const { decide, dialogs } = useDecisions();
  const goods = useReturnDialogs();
  const request = data?.request;

  if (error && !data) return <ServerError error={error} onRetry={run} />;
  if (!data) return <Spinner />;
  if (!request) return <NotFound text={t('requestNotFound')} />;
  return (
    <>
      {head?.(request.number)}
      <p>
        <Link to={`/owner/orders/${request.order.id}`}>
          {t('orderDetails', { number: request.order.number })}
        </Link>
      </p>
      <article className="card request" aria-label={t('requestNumber', { number: request.number })}>
        <RequestSummary request={request} level={2} pathOf={requestPath} />
        <RequestTerms terms={request.returnTerms} open />
        <CancellationTerms terms={request.cancellationTerms} open />
        {dialogs}
        <RequestActions request={request} onDecide={decide} />
      </article>
      <Information order={request.order} requests={[request]} />
      <section aria-labelledby="plans">
        <h2 id="plans">{t('plansTitle')}</h2>
        {goods.dialogs}
        {request.plan ? (
          <MoneyAndGoods
            plan={request.plan}
            shipment={request.returnShipment ?? undefined}
            labels={request.returnShipment?.labels}
            onTask={goods.onTask}
          />
        ) : (
          <Empty>{t('noPlans')}</Empty>
        )}
      </section>
      <section className="card" aria-labelledby="history">
        <h2 id="history">{t('history')}</h2>
        <Timeline events={request.timeline} />
      </section>
      <section className="card" aria-labelledby="messages">
        <h2 id="messages">{t('messages')}</h2>
        <Suspense fallback={<Spinner />}>
          <RequestMessages id={request.id} pathOf={(message) => `/owner/messages/${message}`} />
        </Suspense>
      </section>
    </>
  );
}
