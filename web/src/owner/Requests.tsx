import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Breadcrumb } from '../components/Breadcrumb';
import { Badge, Day, Money, When } from '../components/display';
import { CheckboxField } from '../components/Fields';
import { FilterBar, FilterSelect } from '../components/FilterBar';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { Pager, useFilters, usePageArguments } from '../components/pagination';
import { Escalated } from '../components/RequestSummary';
import { useTitle } from '../components/useTitle';
import {
  OwnerRequestsDocument,
  type RequestFieldsFragment,
  type RequestFilter,
  type RequestStatus,
  type TransactionType,
  WaitingDocument,
  type WaitingOn,
} from '../gql/graphql';
import { useLive, useRefresh } from '../graphql/LiveProvider';
import { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';
import { LatestChanges } from './LatestChanges';
import { RequestActions } from './RequestActions';
import { useDecisions } from './useDecisions';

/** Orders > Cancellation/Return Requests: every request, updated live. */
export default function Requests() {
  const { t, enumLabel, count, language: locale } = useI18n();
  useTitle(t('requests'));
  const { params, set } = useFilters();
  const filter = filterOf(params);
  const orderBy = params.get('order') === 'DUE_AT_ASC' ? 'DUE_AT_ASC' : 'CREATED_AT_DESC';
  const variables = { filter, orderBy, locale, ...usePageArguments() } as const;
  const [{ data, error }, run] = useQuery({ query: OwnerRequestsDocument, variables });
  useRefresh(run);
  const { decide, dialogs } = useDecisions();
  const requests = data?.requests.nodes ?? [];
  const options = (kind: 'requestStatus' | 'requestTransaction' | 'waitingOn') =>
    Object.keys(ENUM_LABELS[kind]).map((id) => ({ id, label: enumLabel(kind, id) }));
  return (
    <>
      <Breadcrumb trail={[{ to: '/owner/orders', name: t('orders') }]} page={t('requests')} />
      <div className="head">
        <h1>{t('requests')}</h1>
        {data && <p className="quiet">{t('found', { count: count(data.requests.totalCount) })}</p>}
      </div>
      <Counters />
      <FilterBar>
        <FilterSelect name="status" label={t('status')} options={options('requestStatus')} />
        <FilterSelect name="transaction" label={t('transaction')} options={options('requestTransaction')} />
        <FilterSelect
          name="waitingOn"
          label={t('waitingFor', { name: '…' })}
          options={options('waitingOn')}
        />
        <FilterSelect
          name="order"
          label={t('sort')}
          unset={t('newestFirst')}
          options={[{ id: 'DUE_AT_ASC', label: t('deadlineFirst') }]}
        />
        <CheckboxField
          label={t('onlyEscalated')}
          selected={params.get('escalated') === 'yes'}
          onChange={(on) => set('escalated', on ? 'yes' : null)}
        />
        <CheckboxField
          label={t('onlyAllowances')}
          selected={params.get('allowance') === 'yes'}
          onChange={(on) => set('allowance', on ? 'yes' : null)}
        />
      </FilterBar>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && requests.length === 0 && <Empty>{params.size ? t('noRequestsFound') : t('noRequests')}</Empty>}
      {dialogs}
      {requests.length > 0 && <RequestTable requests={requests} onDecide={decide} />}
      {data && <Pager page={data.requests.pageInfo} />}
      {(data || error) && <LatestChanges /> /* before, the list would push it away */}
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
    ...(params.get('escalated') ? { escalated: true } : {}),
    ...(params.get('allowance') ? { allowance: true } : {}),
    ...(params.get('number') ? { numberStartsWith: params.get('number') } : {}),
  };
}

/** How many requests wait for the owner, the sellers and the system. Each counter links to its list, and has its place before. */
function Counters() {
  const { t, enumLabel, count } = useI18n();
  const [{ data }, run] = useQuery({ query: WaitingDocument });
  useRefresh(run);
  const shown = (found: { totalCount: number } | undefined) => (found ? count(found.totalCount) : '–');
  const counters = [
    { waitingOn: 'OWNER', total: data?.owner },
    { waitingOn: 'SELLER', total: data?.seller },
    { waitingOn: 'SYSTEM', total: data?.system },
  ];
  return (
    <ul className="counters" aria-live="polite">
      {counters.map(({ waitingOn, total }) => (
        <li key={waitingOn}>
          <Link to={`?waitingOn=${waitingOn}`}>
            <strong>{shown(total)}</strong> {t('waitingFor', { name: enumLabel('waitingOn', waitingOn) })}
          </Link>
        </li>
      ))}
      <li>
        <Link to="?escalated=yes">
          <strong>{shown(data?.escalated)}</strong> {t('escalated')}
        </Link>
      </li>
      <li>
        <Link to="/owner/refunds">
          <strong>{shown(data?.attention)}</strong> {enumLabel('refundState', 'NEEDS_ATTENTION')}
        </Link>
      </li>
      <li>
        <Link to="/owner/withdrawals">
          <strong>{shown(data?.withdrawn)}</strong> {t('withdrawals')}
        </Link>
      </li>
      {data && data.disputed.totalCount > 0 && (
        <li>
          <Link to="/owner/orders?disputed=yes">
            <strong>{count(data.disputed.totalCount)}</strong> {t('disputedOrders')}
          </Link>
        </li>
      )}
      {data && data.overdue.totalCount > 0 && (
        <li>
          <Link to="/owner/withdrawals?view=overdue">
            <strong>{count(data.overdue.totalCount)}</strong> {t('overdueMoney')}
          </Link>
        </li>
      )}
      {data && data.labels.totalCount > 0 && (
        <li>
          <Link to="/owner/refunds">
            <strong>{count(data.labels.totalCount)}</strong> {t('labelsInTrouble')}
          </Link>
        </li>
      )}
    </ul>
  );
}

type OnDecide = ReturnType<typeof useDecisions>['decide'];

interface RequestTableProps {
  requests: readonly RequestFieldsFragment[];
  onDecide: OnDecide;
}

function RequestTable({ requests, onDecide }: RequestTableProps) {
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
          <th scope="col">{t('waitingFor', { name: '…' })}</th>
          <th scope="col" className="number">
            {t('amount')}
          </th>
          <th scope="col">{t('decision')}</th>
        </tr>
      </thead>
      <tbody>
        {requests.map((request) => (
          <RequestRow key={request.id} request={request} onDecide={onDecide} />
        ))}
      </tbody>
    </table>
  );
}

function RequestRow({ request, onDecide }: { request: RequestFieldsFragment; onDecide: OnDecide }) {
  const { t, enumLabel } = useI18n();
  const open = request.waitingOn !== 'NONE';
  const { changes } = useLive();
  const moved = changes.find(({ kind, update }) => kind === 'request' && update.request.id === request.id);
  return (
    <tr key={moved?.update.cursor} className={moved ? 'arrives' : ''}>
      <th scope="row" data-label={t('request')}>
        <Link to={request.id}>{request.number}</Link>
      </th>
      <td data-label={t('created')}>
        <Day at={request.createdAt} />
      </td>
      <td data-label={t('orderNumber')}>
        <Link to={`/owner/orders/${request.order.id}`}>{request.order.number}</Link>
      </td>
      <td data-label={t('customer')}>{request.customer.name}</td>
      <td data-label={t('seller')}>{request.seller.name}</td>
      <td data-label={t('transaction')}>
        <Badge kind="requestTransaction" value={request.transaction} />
      </td>
      <td data-label={t('status')}>
        <span className="badges">
          <Badge kind="requestStatus" value={request.status} waitingOn={request.waitingOn} />
          <Escalated request={request} />
          {request.plan?.refundState === 'NEEDS_ATTENTION' && (
            <Badge kind="refundState" value="NEEDS_ATTENTION" />
          )}
        </span>
      </td>
      <td data-label={t('waitingFor', { name: '…' })}>
        <span>
          {open ? enumLabel('waitingOn', request.waitingOn) : '–'}
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
      <td className="decision" data-label={t('decision')}>
        <RequestActions request={request} compact onDecide={onDecide} />
      </td>
    </tr>
  );
}
