import { lazy, useMemo } from 'react';
import { useQuery } from 'urql';
import { useTitle } from '../components/useTitle';
import { useView, ViewTabs } from '../components/ViewTabs';
import {
  CountRequestsDocument,
  type RequestFilter,
  type RequestOrder,
  RequestsDocument,
  type RequestsQuery,
} from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import type { Column, Description } from '../queue/description';
import { OpenLink } from '../queue/OpenLink';
import { requestColumns, requestFilters, requestList } from '../queue/requests';
import { useBulk } from '../queue/useBulk';
import { useQueue } from '../queue/useQueue';
import { useStable } from '../queue/useStable';
import { WorkQueue } from '../queue/WorkQueue';
import { type Decision, DecisionButtons } from './DecisionButtons';
import { confirmedBySystem } from './RequestArticle';
import { useDecisions } from './useDecisions';

const RequestDetail = lazy(() => import('./RequestDetail'));

type Request = RequestsQuery['requests']['nodes'][number];

const VIEWS: Record<'waiting' | 'automatic' | 'all', RequestFilter> = {
  waiting: { status: ['WAITING'], waitingOn: ['SELLER'] },
  automatic: { transaction: 'CANCEL', status: ['APPROVED', 'COMPLETED'] },
  all: {},
};

const { created, customer, products, transaction, due, amount } = requestColumns;

const REQUESTS: Description<Request, RequestFilter, RequestOrder> = {
  ...requestList,
  name: 'seller-requests',
  list: 'REQUESTS',
  count: CountRequestsDocument,
  columns: [
    { id: 'request', cell: ({ id, number }) => <OpenLink id={id}>{number}</OpenLink> },
    products,
    { ...created, extra: true },
    { id: 'order', cell: ({ order }) => order.number },
    customer,
    transaction,
    { id: 'status', cell: (request) => <Status request={request} /> },
    due,
    amount,
  ],
  views: VIEWS,
  filters: requestFilters,
  orderOf: (params) => (params.has('view') ? 'CREATED_AT_DESC' : 'DUE_AT_ASC'),
};

function Status({ request }: { request: Request }) {
  const { t } = useI18n();
  return (
    <>
      {requestColumns.status.cell(request)}
      {confirmedBySystem(request) && <span className="quiet">{t('automatic')}</span>}
    </>
  );
}

/** The requests that wait for the seller, those that were confirmed automatically, and all requests. */
export default function Requests() {
  const { t, language: locale } = useI18n();
  useTitle(t('requestsShort'));
  const view = useView(VIEWS);
  const chosen = useQueue(REQUESTS);
  const [{ data, error, fetching }, run] = useQuery({
    query: RequestsDocument,
    variables: { ...chosen, locale, history: view === 'automatic' },
  });
  useRefresh(run);
  const { decide, dialogs } = useDecisions();
  const bulk = useBulk();
  const onDecide = useStable(decide);
  const columns = useMemo(() => [...REQUESTS.columns, decisionColumn(onDecide)], [onDecide]);
  const labels = { waiting: t('waitingForYou'), automatic: t('automatic'), all: t('all') };
  return (
    <WorkQueue
      title={t('requestsShort')}
      description={REQUESTS}
      columns={columns}
      chosen={chosen}
      found={data && (view === 'automatic' ? onlyAutomatic(data.requests) : data.requests)}
      fetching={fetching}
      error={error}
      onRetry={run}
      none={{
        all: view === 'waiting' ? t('noRequestsWaiting') : t('noRequests'),
        filtered: t('noRequestsFound'),
      }}
      bulk={bulk.buttons}
      detail={(id) => <RequestDetail id={id} />}
      above={
        <>
          <ViewTabs labels={labels} current={view} />
          {view === 'automatic' && <p className="quiet">{t('automaticIntro')}</p>}
        </>
      }
    >
      {dialogs}
      {bulk.dialog}
    </WorkQueue>
  );
}

const decisionColumn = (onDecide: (decision: Decision, request: Request) => void): Column<Request> => ({
  id: 'decision',
  cell: (request) => <DecisionButtons request={request} compact onDecide={onDecide} />,
});

/** Those of the page that nobody had to confirm. */
function onlyAutomatic(requests: RequestsQuery['requests']) {
  return { ...requests, nodes: requests.nodes.filter(confirmedBySystem) };
}
