import { useQuery } from 'urql';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { Pager, useFilters, usePageArguments } from '../components/pagination';
import { useTitle } from '../components/useTitle';
import { useView, ViewTabs } from '../components/ViewTabs';
import { type RequestFilter, SellerRequestsDocument } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { confirmedBySystem, RequestArticle } from './RequestArticle';
import { useDecisions } from './useDecisions';

const VIEWS = {
  waiting: { status: ['WAITING'], waitingOn: ['SELLER'] },
  automatic: { transaction: 'CANCEL', status: ['APPROVED', 'COMPLETED'] },
  all: {},
} as const satisfies Record<string, unknown>;
type View = keyof typeof VIEWS;

/** The requests that wait for the seller, those that were confirmed automatically, and all requests. */
export default function Requests() {
  const { t, language: locale } = useI18n();
  useTitle(t('requestsShort'));
  const view = useView(VIEWS);
  const number = useFilters().params.get('number');
  const filter = {
    ...(structuredClone(VIEWS[view]) as RequestFilter),
    ...(number ? { numberStartsWith: number } : {}),
  };
  const [{ data, error }, run] = useQuery({
    query: SellerRequestsDocument,
    variables: { filter, locale, ...usePageArguments() },
  });
  useRefresh(run);
  const { decide, dialogs } = useDecisions();
  const labels: Record<View, string> = {
    waiting: t('waitingForYou'),
    automatic: t('automatic'),
    all: t('all'),
  };
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
      {dialogs}
      <div className="cards">
        {requests.map((request) => (
          <RequestArticle key={request.id} request={request} onDecide={decide} />
        ))}
      </div>
      {data && <Pager page={data.requests.pageInfo} />}
    </>
  );
}
