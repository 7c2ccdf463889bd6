import { Badge, Fact, Money, When } from '../components/display';
import type { RestOfOrderQuery } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

type Payments = NonNullable<RestOfOrderQuery['order']>['payments'];

/** What the customer disputes at the bank, and what went back outside of Retour; nothing if there is neither. */
export function AtBank({ payments }: { payments: Payments }) {
  const { t } = useI18n();
  const disputes = payments.flatMap((payment) => payment.disputes);
  const movements = payments.flatMap((payment) => payment.externalMovements);
  if (disputes.length + movements.length === 0) return null;
  return (
    <section className="card" aria-labelledby="bank">
      <h2 id="bank">{t('atBank')}</h2>
      {disputes.length > 0 && (
        <ul className="refunds" aria-label={t('disputes')}>
          {disputes.map((dispute) => (
            <li key={dispute.id} className="refund">
              <p className="badges">
                <strong>
                  <Money of={dispute.amount} />
                </strong>
                <Badge kind="disputeStatus" value={dispute.status} />
                {dispute.reference && <code>{dispute.reference}</code>}
              </p>
              <dl className="facts">
                <Fact term={t('disputedSince')}>
                  <When at={dispute.openedAt} />
                </Fact>
                {dispute.reason && <Fact term={t('disputeReason')}>{dispute.reason}</Fact>}
                {dispute.evidenceDueAt && (
                  <Fact term={t('evidenceUntil')}>
                    <When at={dispute.evidenceDueAt} />
                  </Fact>
                )}
              </dl>
              {dispute.status === 'OPEN' && <p>{t('disputeText')}</p>}
            </li>
          ))}
        </ul>
      )}
      {movements.length > 0 && (
        <ul className="refunds" aria-label={t('paidBackElsewhere')}>
          {movements.map((movement) => (
            <li key={movement.id} className="refund">
              <p className="badges">
                <strong>
                  <Money of={movement.amount} />
                </strong>
                {t('paidBackElsewhere')}
                <Badge kind="movementKind" value={movement.kind} />
                {movement.reference && <code>{movement.reference}</code>}
                <span className="quiet">
                  <When at={movement.at} />
                </span>
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
