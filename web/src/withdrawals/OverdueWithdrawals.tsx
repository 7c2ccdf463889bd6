import { useQuery } from 'urql';
import { OwnerWithdrawalsDocument } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { VIEWS } from './views';
import { WithdrawalTable } from './WithdrawalTable';

/** The withdrawals whose money was not paid back in time; nothing if there are none. */
export function OverdueWithdrawals() {
  const { t } = useI18n();
  const [{ data }, run] = useQuery({
    query: OwnerWithdrawalsDocument,
    variables: { ...VIEWS.overdue, first: 50 },
  });
  useRefresh(run);
  const withdrawals = data?.withdrawals.nodes ?? [];
  return (
    withdrawals.length > 0 && (
      <section className="card" aria-labelledby="overdue">
        <h2 id="overdue">{t('overdueMoney')}</h2>
        <WithdrawalTable withdrawals={withdrawals} />
      </section>
    )
  );
}
