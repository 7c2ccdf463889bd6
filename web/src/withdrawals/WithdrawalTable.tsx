import { Button } from 'react-aria-components/Button';
import { Link } from 'react-router';
import { Badge, Day, Money, When } from '../components/display';
import type { OwnerWithdrawalsQuery } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import type { Verification } from './VerificationDialog';
import './unverified';

type Withdrawal = OwnerWithdrawalsQuery['withdrawals']['nodes'][number];

type Decide = ((verification: Verification) => void) | undefined;

/** Withdrawals with their orders, their deadlines and their money; what is to verify can be decided on. */
export function WithdrawalTable({
  withdrawals,
  onDecide,
}: {
  withdrawals: readonly Withdrawal[];
  onDecide?: Decide;
}) {
  const { t } = useI18n();
  const columns = [
    t('withdrawal'),
    t('declaredAt'),
    t('orderNumber'),
    t('customer'),
    t('seller'),
    t('payBackUntil'),
    t('status'),
    t('amount'),
  ];
  return (
    <table className="rows">
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {withdrawals.map((withdrawal) => (
          <WithdrawalRow key={withdrawal.id} withdrawal={withdrawal} onDecide={onDecide} />
        ))}
      </tbody>
    </table>
  );
}

function WithdrawalRow({ withdrawal, onDecide }: { withdrawal: Withdrawal; onDecide: Decide }) {
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
          {onDecide && status === 'UNVERIFIED' && <Decisions withdrawal={withdrawal} onDecide={onDecide} />}
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

function Decisions({ withdrawal, onDecide }: { withdrawal: Withdrawal; onDecide: NonNullable<Decide> }) {
  const { t } = useI18n();
  const labels = { VERIFY_WITHDRAWAL: t('verify'), REJECT_WITHDRAWAL: t('reject') } as const;
  return (Object.keys(labels) as (keyof typeof labels)[]).map((action) => (
    <Button
      key={action}
      className="button small"
      aria-label={`${labels[action]}: ${withdrawal.number}`}
      isDisabled={!withdrawal.allowedActions.some((each) => each.action === action && each.enabled)}
      onPress={() => onDecide({ withdrawal, rejects: action === 'REJECT_WITHDRAWAL' })}
    >
      {labels[action]}
    </Button>
  ));
}
