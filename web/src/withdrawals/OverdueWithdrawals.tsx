import { useQuery } from 'urql';
import { OwnerWithdrawalsDocument } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { QueueTable } from '../queue/QueueTable';
import { VIEWS, WITHDRAWALS } from './list';

/** The withdrawals whose money was not paid back in time; nothing if there are none. */
export function OverdueWithdrawals() {
  const { t } = useI18n();
  const [{ data }, run] = useQuery({
    query: OwnerWithdrawalsDocument,
    variables: { filter: VIEWS.overdue, orderBy: 'REFUND_DUE_AT_ASC', first: 50 },
  });
  useRefresh(run);
  const withdrawals = data?.withdrawals.nodes ?? [];
  return (
    withdrawals.length > 0 && (
      <section className="card" aria-labelledby="overdue">
        <h2 id="overdue">{t('overdueMoney')}</h2>
        <QueueTable description={WITHDRAWALS} rows={withdrawals} columns={WITHDRAWALS.columns} />
      </section>
    )
  );
}
