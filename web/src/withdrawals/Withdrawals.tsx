import { Link } from 'react-router';
import { useQuery, useSubscription } from 'urql';
import { Badge, Day, Money, When } from '../components/display';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { Pager, usePageArguments } from '../components/pagination';
import { useTitle } from '../components/useTitle';
import { useView, ViewTabs } from '../components/ViewTabs';
import {
  OwnerWithdrawalsDocument,
  type OwnerWithdrawalsQuery,
  type OwnerWithdrawalsQueryVariables,
  WithdrawalFeedDocument,
} from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';

type View = Pick<OwnerWithdrawalsQueryVariables, 'filter' | 'orderBy'>;

const VIEWS = {
  due: { filter: { status: ['DECLARED'] }, orderBy: 'REFUND_DUE_AT_ASC' },
  overdue: { filter: { status: ['DECLARED'], overdue: true }, orderBy: 'REFUND_DUE_AT_ASC' },
  all: { filter: null, orderBy: 'DECLARED_AT_DESC' },
} satisfies Record<string, View>;

type Withdrawal = OwnerWithdrawalsQuery['withdrawals']['nodes'][number];

/** The withdrawals of the marketplace, those whose money is due first, updated live. */
export default function Withdrawals() {
  const { t } = useI18n();
  useTitle(t('withdrawals'));
  const view = useView(VIEWS);
  const [{ data, error }, run] = useQuery({
    query: OwnerWithdrawalsDocument,
    variables: { ...(VIEWS[view] as View), ...usePageArguments() },
  });
  useSubscription({ query: WithdrawalFeedDocument }, () => run());
  useRefresh(run);
  const withdrawals = data?.withdrawals.nodes ?? [];
  return (
    <>
      <h1>{t('withdrawals')}</h1>
      <ViewTabs labels={{ due: t('moneyDue'), overdue: t('overdue'), all: t('all') }} current={view} />
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && withdrawals.length === 0 && <Empty>{t('noWithdrawals')}</Empty>}
      {withdrawals.length > 0 && (
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">{t('withdrawal')}</th>
              <th scope="col">{t('declaredAt')}</th>
              <th scope="col">{t('orderNumber')}</th>
              <th scope="col">{t('customer')}</th>
              <th scope="col">{t('seller')}</th>
              <th scope="col">{t('payBackUntil')}</th>
              <th scope="col">{t('status')}</th>
              <th scope="col">{t('amount')}</th>
            </tr>
          </thead>
          <tbody>
            {withdrawals.map((withdrawal) => (
              <WithdrawalRow key={withdrawal.id} withdrawal={withdrawal} />
            ))}
          </tbody>
        </table>
      )}
      {data && <Pager page={data.withdrawals.pageInfo} />}
    </>
  );
}

function WithdrawalRow({ withdrawal }: { withdrawal: Withdrawal }) {
  const { t } = useI18n();
  const { order, overdueAt, status } = withdrawal;
  return (
    <tr>
      <th scope="row" data-label={t('withdrawal')}>
        {withdrawal.number}
      </th>
      <td data-label={t('declaredAt')}>
        <When at={withdrawal.declaredAt} />
      </td>
      <td data-label={t('orderNumber')}>
        <Link to={`/owner/orders/${order.id}`}>{order.number}</Link>
      </td>
      <td data-label={t('customer')}>{withdrawal.customer.name}</td>
      <td data-label={t('seller')}>{withdrawal.seller.name}</td>
      <td data-label={t('payBackUntil')}>
        <Day at={withdrawal.refundDueAt} />
      </td>
      <td data-label={t('status')}>
        <span className="badges">
          <Badge kind="withdrawalStatus" value={status} />
          {overdueAt && status === 'DECLARED' && <span className="badge bad">{t('overdue')}</span>}
        </span>
      </td>
      <td data-label={t('amount')}>
        <span>
          {withdrawal.requests.map(
            ({ id, plan }) =>
              plan && (
                <span key={id} className="badges">
                  <Money of={plan.total} />
                  <Badge kind="refundState" value={plan.refundState} />
                </span>
              ),
          )}
        </span>
      </td>
    </tr>
  );
}
