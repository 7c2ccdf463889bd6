import { lazy, useEffect, useRef } from 'react';
import { Button } from 'react-aria-components/Button';
import { Fact, When } from '../components/display';
import { Icon } from '../components/Icon';
import { Unfold } from '../components/Unfold';
import type { WithdrawalFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

const WithdrawalMessages = lazy(() => import('./WithdrawalMessages'));

interface ReceiptsProps {
  withdrawals: readonly WithdrawalFieldsFragment[];
  /** Whether they are what the page has just been left with: the focus goes there. */
  fresh?: boolean;
}

/** What was declared, to keep and to print: one receipt for each seller. */
export function Receipts({ withdrawals, fresh = false }: ReceiptsProps) {
  const { t, day } = useI18n();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (fresh) heading.current?.focus();
  }, [fresh]);
  return (
    <section aria-labelledby="withdrawals">
      <h2 id="withdrawals" ref={heading} tabIndex={-1}>
        {t('withdrawals')}
      </h2>
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
          <Unfold summary={t('mailedToYou')}>
            <WithdrawalMessages id={withdrawal.id} />
          </Unfold>
        </article>
      ))}
      <p className="actions start">
        <Button className="button" onPress={() => print()}>
          <Icon name="print" /> {t('print')}
        </Button>
      </p>
    </section>
  );
}
