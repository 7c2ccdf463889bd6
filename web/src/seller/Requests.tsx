import { useQuery } from 'urql';
import { type RequestFilter, SellerRequestsDocument, type SellerRequestsQuery } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { Pager, usePaging } from '../parts/paging';
import { RequestFacts } from '../parts/RequestFacts';
import { Timeline } from '../parts/Show';
import { Empty, Fault, Spinner } from '../parts/States';
import { useTitle } from '../parts/useTitle';
import { useView, Views } from '../parts/Views';
import { Decide } from './Decide';

const VIEWS = {
  waiting: { status: ['WAITING'], waitingOn: ['SELLER'] },
  automatic: { transaction: 'CANCEL', status: ['APPROVED', 'COMPLETED'] },
  all: {},
} as const satisfies Record<string, unknown>;
type Request = SellerRequestsQuery['requests']['nodes'][number];
type View = keyof typeof VIEWS;

/** What waits for the seller, what the system confirmed by itself, and everything. */
export default function Requests() {
  const { t, language: locale } = useI18n();
  useTitle(t('requestsShort'));
  const view = useView(VIEWS);
  const filter = structuredClone(VIEWS[view]) as RequestFilter;
  const [{ data, error }, run] = useQuery({
    query: SellerRequestsDocument,
    variables: { filter, locale, ...usePaging() },
  });
  useRefresh(run);
  const labels: Record<View, string> = {
    waiting: t('waitingForYou'),
    automatic: t('automatic'),
    all: t('all'),
  };
  const confirmedBySystem = (one: Request) => one.timeline.some(({ action }) => action === 'AUTO_CONFIRM');
  const requests = (data?.requests.nodes ?? []).filter(
    (one) => view !== 'automatic' || confirmedBySystem(one),
  );
  return (
    <>
      <h1>{t('requestsShort')}</h1>
      <Views labels={labels} now={view} />
      {view === 'automatic' && <p className="quiet">{t('automaticIntro')}</p>}
      {error && <Fault error={error} onRetry={run} />}
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
            <RequestFacts request={request} level={2} />
            <p className="quiet">
              {t('orderDetails', { number: request.order.number })} · {request.customer.name}
              {confirmedBySystem(request) && ` · ${t('approvedBySystem')}`}
            </p>
            <Decide request={request} />
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
