import { Link } from 'react-router';
import { useQuery } from 'urql';
import {
  OwnerRequestsDocument,
  type RequestFilter,
  type RequestPartsFragment,
  type RequestStatus,
  type TransactionType,
  WaitingDocument,
  type WaitingOn,
} from '../gql/graphql';
import { useLive, useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { WORDS } from '../i18n/words';
import { FilterBar, FilterChoice } from '../parts/FilterBar';
import { Pager, useFilters, usePaging } from '../parts/paging';
import { Badge, Day, Money, When } from '../parts/Show';
import { Empty, Fault, Spinner } from '../parts/States';
import { useTitle } from '../parts/useTitle';
import { Changes } from './Changes';

/** Orders > Cancellation/Return Requests: every request, live. */
export default function Requests() {
  const { t, word, count, language: locale } = useI18n();
  useTitle(t('requests'));
  const { params } = useFilters();
  const filter = filterOf(params);
  const variables = { filter, locale, ...usePaging() };
  const [{ data, error }, run] = useQuery({ query: OwnerRequestsDocument, variables });
  useRefresh(run);
  const requests = data?.requests.nodes ?? [];
  const options = (kind: 'requestStatus' | 'transaction' | 'waitingOn') =>
    Object.keys(WORDS[kind]).map((id) => ({ id, label: word(kind, id) }));
  return (
    <>
      <div className="head">
        <h1>{t('requests')}</h1>
        {data && <p className="quiet">{t('matching', { count: count(data.requests.totalCount) })}</p>}
      </div>
      <Counters />
      <FilterBar>
        <FilterChoice name="status" label={t('status')} options={options('requestStatus')} />
        <FilterChoice name="transaction" label={t('transaction')} options={options('transaction')} />
        <FilterChoice name="waitingOn" label={t('waitingFor', { who: '…' })} options={options('waitingOn')} />
      </FilterBar>
      {error && <Fault error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && requests.length === 0 && <Empty>{params.size ? t('noRequestsFound') : t('noRequests')}</Empty>}
      {requests.length > 0 && <RequestTable requests={requests} />}
      {data && <Pager page={data.requests.pageInfo} />}
      <Changes />
    </>
  );
}

function filterOf(params: URLSearchParams): RequestFilter {
  const status = params.get('status') as RequestStatus | null;
  const waitingOn = params.get('waitingOn') as WaitingOn | null;
  return {
    ...(status ? { status: [status] } : {}),
    ...(waitingOn ? { waitingOn: [waitingOn] } : {}),
    ...(params.get('transaction') ? { transaction: params.get('transaction') as TransactionType } : {}),
    ...(params.get('number') ? { numberStartsWith: params.get('number') } : {}),
  };
}

/** How many requests wait for whom, each a way to the list of them. */
function Counters() {
  const { t, word, count } = useI18n();
  const [{ data }, run] = useQuery({ query: WaitingDocument });
  useRefresh(run);
  if (!data) return null;
  const counters = [
    { who: 'OWNER', n: data.owner.totalCount },
    { who: 'SELLER', n: data.seller.totalCount },
    { who: 'SYSTEM', n: data.system.totalCount },
  ];
  return (
    <ul className="counters" aria-live="polite">
      {counters.map(({ who, n }) => (
        <li key={who}>
          <Link to={`?waitingOn=${who}`}>
            <strong>{count(n)}</strong> {t('waitingFor', { who: word('waitingOn', who) })}
          </Link>
        </li>
      ))}
      <li>
        <Link to="/owner/refunds">
          <strong>{count(data.attention.totalCount)}</strong> {word('refundState', 'NEEDS_ATTENTION')}
        </Link>
      </li>
    </ul>
  );
}

function RequestTable({ requests }: { requests: readonly RequestPartsFragment[] }) {
  const { t } = useI18n();
  return (
    <table className="rows">
      <thead>
        <tr>
          <th scope="col">{t('request')}</th>
          <th scope="col">{t('created')}</th>
          <th scope="col">{t('orderNumber')}</th>
          <th scope="col">{t('customer')}</th>
          <th scope="col">{t('seller')}</th>
          <th scope="col">{t('transaction')}</th>
          <th scope="col">{t('status')}</th>
          <th scope="col">{t('waitingFor', { who: '…' })}</th>
          <th scope="col" className="number">
            {t('amount')}
          </th>
        </tr>
      </thead>
      <tbody>
        {requests.map((one) => (
          <RequestRow key={one.id} request={one} />
        ))}
      </tbody>
    </table>
  );
}

function RequestRow({ request }: { request: RequestPartsFragment }) {
  const { t, word } = useI18n();
  const open = request.waitingOn !== 'NONE';
  const { changes } = useLive();
  const moved = changes.find(({ kind, update }) => kind === 'request' && update.request.id === request.id);
  return (
    <tr key={moved?.update.cursor} className={moved ? 'arrives' : ''}>
      <th scope="row" data-label={t('request')}>
        <Link to={`/owner/orders/${request.order.id}`}>{request.number}</Link>
      </th>
      <td data-label={t('created')}>
        <Day at={request.createdAt} />
      </td>
      <td data-label={t('orderNumber')}>{request.order.number}</td>
      <td data-label={t('customer')}>{request.customer.name}</td>
      <td data-label={t('seller')}>{request.seller.name}</td>
      <td data-label={t('transaction')}>
        <Badge kind="transaction" value={request.transaction} />
      </td>
      <td data-label={t('status')}>
        <span className="badges">
          <Badge kind="requestStatus" value={request.status} />
          {request.plan?.refundState === 'NEEDS_ATTENTION' && (
            <Badge kind="refundState" value="NEEDS_ATTENTION" />
          )}
        </span>
      </td>
      <td data-label={t('waitingFor', { who: '…' })}>
        <span>
          {open ? word('waitingOn', request.waitingOn) : '–'}
          {open && request.dueAt && (
            <span className="due quiet">
              {t('until')} <When at={request.dueAt} />
            </span>
          )}
        </span>
      </td>
      <td data-label={t('amount')} className="number">
        {request.plan ? <Money of={request.plan.total} /> : '–'}
      </td>
    </tr>
  );
}
