import { Link } from 'react-router';
import { Badge, Money, When } from '../components/display';
import {
  CountWithdrawalsDocument,
  type OwnerWithdrawalsQuery,
  type WithdrawalFilter,
  type WithdrawalOrder,
  type WithdrawalStatus,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Due } from '../queue/Due';
import type { Description } from '../queue/description';
import { dayStart } from '../queue/moments';

export type Withdrawal = OwnerWithdrawalsQuery['withdrawals']['nodes'][number];

/** What the owner looks through: what is owed, the next deadline first; what is late; what is to verify; everything. */
export const VIEWS: Record<'due' | 'overdue' | 'unverified' | 'all', WithdrawalFilter> = {
  due: { status: ['DECLARED'] },
  overdue: { status: ['DECLARED'], overdue: true },
  unverified: { status: ['UNVERIFIED'] },
  all: {},
};

/** The order of a view unless another one is chosen. */
const ORDERS: Record<string, WithdrawalOrder> = { unverified: 'DECLARED_AT_ASC', all: 'DECLARED_AT_DESC' };

/** The withdrawals with their orders, their deadlines and their money. */
export const WITHDRAWALS: Description<Withdrawal, WithdrawalFilter, WithdrawalOrder> = {
  name: 'withdrawals',
  list: 'WITHDRAWALS',
  count: CountWithdrawalsDocument,
  nameOf: ({ number }) => number,
  stampOf: ({ status, overdueAt, requests }) =>
    [status, overdueAt, ...requests.map(({ plan }) => plan?.refundState)].join(),
  columns: [
    { id: 'withdrawal', cell: ({ number }) => number },
    { id: 'declared', cell: ({ declaredAt }) => <When at={declaredAt} /> },
    { id: 'order', cell: ({ order }) => <Link to={`/owner/orders/${order.id}`}>{order.number}</Link> },
    { id: 'customer', cell: ({ customer }) => customer.name },
    { id: 'seller', cell: ({ seller }) => seller.name },
    { id: 'payBack', cell: ({ refundDueAt }) => <Due at={refundDueAt} /> },
    { id: 'status', cell: (withdrawal) => <Status withdrawal={withdrawal} /> },
    { id: 'amount', cell: (withdrawal) => <Amounts withdrawal={withdrawal} /> },
  ],
  views: VIEWS,
  filters: [
    {
      name: 'status',
      by: 'withdrawalStatus',
      filter: (value) => ({ status: [value as WithdrawalStatus] }),
    },
    { name: 'seller', by: 'sellerId', filter: (sellerId) => ({ sellerId }) },
    { name: 'from', by: 'day', more: true, filter: (day) => ({ declaredAfter: dayStart(day) }) },
    { name: 'to', by: 'day', more: true, filter: (day) => ({ declaredBefore: dayStart(day, 1) }) },
  ],
  search: (search) => ({ search }),
  orders: ['REFUND_DUE_AT_ASC', 'REFUND_DUE_AT_DESC', 'DECLARED_AT_DESC', 'DECLARED_AT_ASC'],
  orderOf: (params) => ORDERS[params.get('view') ?? ''] ?? 'REFUND_DUE_AT_ASC',
};

function Status({ withdrawal: { status, overdueAt } }: { withdrawal: Withdrawal }) {
  const { t } = useI18n();
  return (
    <span className="badges">
      <Badge kind="withdrawalStatus" value={status} />
      {overdueAt && status === 'DECLARED' && <span className="badge bad">{t('overdue')}</span>}
    </span>
  );
}

function Amounts({ withdrawal }: { withdrawal: Withdrawal }) {
  return (
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
  );
}
