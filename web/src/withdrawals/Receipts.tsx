import { Button } from 'react-aria-components/Button';
import { Fact, When } from '../components/display';
import type { WithdrawalFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

/** What was declared, to keep and to print: one receipt for each seller. */
export function Receipts({ withdrawals }: { withdrawals: readonly WithdrawalFieldsFragment[] }) {
  const { t, day } = useI18n();
  return (
    <>
      {withdrawals.map((withdrawal) => (
        <article
          key={withdrawal.id}
          className="card narrow"
          aria-label={t('withdrawalReceipt', { number: withdrawal.number })}
        >
          <h3>{t('withdrawalReceipt', { number: withdrawal.number })}</h3>
          <dl className="facts">
            <Fact term={t('declaredAt')}>
              <When at={withdrawal.declaredAt} />
            </Fact>
            {withdrawal.receiptTo && <Fact term={t('receiptTo')}>{withdrawal.receiptTo}</Fact>}
          </dl>
          <blockquote className="statement">{withdrawal.statement}</blockquote>
          <p>{t('moneyUntil', { until: day(withdrawal.refundDueAt) })}</p>
          <p className="quiet">
            {t('statementHash')} <code className="hash">{withdrawal.hash}</code>
          </p>
        </article>
      ))}
      <p className="actions start">
        <Button className="button" onPress={() => print()}>
          {t('print')}
        </Button>
      </p>
    </>
  );
}
