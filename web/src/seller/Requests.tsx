import { useQuery } from 'urql';
import { Timeline } from '../components/display';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { Pager, usePageArguments } from '../components/pagination';
import { RequestSummary } from '../components/RequestSummary';
import { useTitle } from '../components/useTitle';
import { useView, ViewTabs } from '../components/ViewTabs';
import { type RequestFilter, SellerRequestsDocument, type SellerRequestsQuery } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { DecisionButtons } from './DecisionButtons';

const VIEWS = {
  waiting: { status: ['WAITING'], waitingOn: ['SELLER'] },
  automatic: { transaction: 'CANCEL', status: ['APPROVED', 'COMPLETED'] },
  all: {},
} as const satisfies Record<string, unknown>;
type Request = SellerRequestsQuery['requests']['nodes'][number];
type View = keyof typeof VIEWS;

/** The requests that wait for the seller, those that were confirmed automatically, and all requests. */
export default function Requests() {
  const { t, language: locale } = useI18n();
  useTitle(t('requestsShort'));
  const view = useView(VIEWS);
  const filter = structuredClone(VIEWS[view]) as RequestFilter;
  const [{ data, error }, run] = useQuery({
    query: SellerRequestsDocument,
    variables: { filter, locale, ...usePageArguments() },
  });
  useRefresh(run);
  const labels: Record<View, string> = {
    waiting: t('waitingForYou'),
    automatic: t('automatic'),
    all: t('all'),
  };
  const confirmedBySystem = (request: Request) =>
    request.timeline.some(({ action }) => action === 'AUTO_CONFIRM');
  const requests = (data?.requests.nodes ?? []).filter(
    (request) => view !== 'automatic' || confirmedBySystem(request),
  );
  return (
    <>
      <h1>{t('requestsShort')}</h1>
      <ViewTabs labels={labels} current={view} />
      {view === 'automatic' && <p className="quiet">{t('automaticIntro')}</p>}
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && requests.length === 0 && (
        <Empty>{view === 'waiting' ? t('noRequestsWaiting') : t('noRequests')}</Empty>
      )}
      <div className="cards">
        {requests.map((request) => (
          <article
            key={request.id}
            className="card request"
            aria-label={t('requestNumber', { number: request.number })}
          >
            <RequestSummary request={request} level={2} />
            <p className="quiet">
              {t('orderDetails', { number: request.order.number })} · {request.customer.name}
              {confirmedBySystem(request) && ` · ${t('automatic')}`}
            </p>
            <DecisionButtons request={request} />
            <details>
              <summary>{t('history')}</summary>
              <Timeline events={request.timeline} />
            </details>
          </article>
        ))}
      </div>
      {data && <Pager page={data.requests.pageInfo} />}
    </>
  );
}
