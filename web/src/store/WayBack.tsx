import './texts';
import { Fact, Money, PostalAddress, When } from '../components/display';
import { isKept, Kept } from '../components/Kept';
import type { TermsFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Grades } from '../returns/ReturnSummary';
import { RequestTerms } from '../terms/RequestTerms';
import { ReturnLabels } from './ReturnLabels';
import { SendForm } from './SendForm';
import type { Request } from './steps';

interface WayBackProps {
  request: Request;
  /** Called with the number of the shipment when the form that it is sent with is gone. */
  onSent: (number: string) => void;
}

/** What a return is about besides its steps: how to send it back, and what was kept of the money and why. */
export default function WayBack({ request, onSent }: WayBackProps) {
  const { t } = useI18n();
  const { returnShipment: shipment, returnTerms: terms, plan } = request;
  const title = plan?.refundState === 'HELD' ? t('toBeKept') : t('keptTitle');
  const graded = shipment?.lines.filter(({ grades }) => grades.some(({ reason }) => reason)) ?? [];
  return (
    <>
      {shipment && <HowToSend shipment={shipment} terms={terms ?? null} onSent={onSent} />}
      <RequestTerms terms={terms} plain open={!shipment} />
      {plan && plan.status !== 'VOIDED' && isKept(plan.adjustments) && (
        <section aria-label={title}>
          <h4>{title}</h4>
          <dl className="facts">
            <Kept adjustments={plan.adjustments} />
            {request.plan && (
              <div className="fact sum">
                <dt>{t('refund')}</dt>
                <dd>
                  <Money of={request.plan.total} />
                </dd>
              </div>
            )}
          </dl>
        </section>
      )}
      {graded.map((line) => (
        <p key={line.orderItem.id}>
          {line.orderItem.name}
          <Grades grades={line.grades} />
        </p>
      ))}
    </>
  );
}

interface PartProps {
  shipment: NonNullable<Request['returnShipment']>;
  terms: TermsFieldsFragment | null;
}

/** While the goods are with the customer: where to, how, until when, and the form that says that they are sent. */
function HowToSend({ shipment, terms, onSent }: PartProps & Pick<WayBackProps, 'onSent'>) {
  const { t, enumLabel } = useI18n();
  if (shipment.status !== 'AWAITING') return null;
  const address = terms?.address;
  return (
    <section className="way-back" aria-label={t('howToSend')}>
      <h4>{t('howToSend')}</h4>
      <dl className="facts">
        <Fact term={t('returnNumberToWrite')}>{shipment.number}</Fact>
        <Fact term={t('method')}>{enumLabel('returnMethod', shipment.method)}</Fact>
        {address && (
          <Fact term={t('returnAddress')}>
            <PostalAddress address={address} />
          </Fact>
        )}
        <Fact term={t('shipBy')}>{shipment.shipBy ? <When at={shipment.shipBy} /> : t('onceArrived')}</Fact>
        {terms?.fees.map((fee) => (
          <Fact key={fee.name} term={t('willBeKept', { name: fee.name })}>
            {fee.amount ? <Money of={fee.amount} /> : `${(fee.percent ?? 0) / 100} %`}
          </Fact>
        ))}
      </dl>
      <ReturnLabels shipment={shipment} />
      <SendForm shipment={shipment} onSent={onSent} />
    </section>
  );
}
