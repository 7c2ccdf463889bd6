import type { ReactNode } from 'react';
import { Fact, Money, PostalAddress, When } from '../components/display';
import { isKept, Kept } from '../components/Kept';
import type { StoreOrderFieldsFragment, TermsFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Grades } from '../returns/ReturnSummary';
import { RequestTerms } from '../terms/RequestTerms';
import { ReturnLabels, trackingNumbers } from './ReturnLabels';
import { SendForm } from './SendForm';

type Request = StoreOrderFieldsFragment['requests'][number];

interface WayBackProps {
  request: Request;
  /** Called when the form that the goods are sent with is gone. */
  onSent: () => void;
}

/** The way of a return: how to send it back, its steps with their dates, and what was kept of the money and why. */
export default function WayBack({ request, onSent }: WayBackProps) {
  const { t } = useI18n();
  const { returnShipment: shipment, returnTerms: terms, plan } = request;
  const title = plan?.refundState === 'HELD' ? t('toBeKept') : t('keptTitle');
  const graded = shipment?.lines.filter(({ grades }) => grades.some(({ reason }) => reason)) ?? [];
  return (
    <>
      {shipment && <HowToSend shipment={shipment} terms={terms ?? null} onSent={onSent} />}
      {shipment && <Steps request={request} shipment={shipment} terms={terms ?? null} />}
      <RequestTerms terms={terms} plain open={!shipment} />
      {plan && isKept(plan.adjustments) && (
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

const ENDED = {
  LOST: 'wayLost',
  WAIVED: 'wayWaived',
  EXPIRED: 'wayExpired',
  CANCELED: 'wayCanceled',
} as const;

/** Requested, agreed, on its way back, received and inspected, money back: each with its date, or when it is expected. */
function Steps({ request, shipment, terms }: PartProps & { request: Request }) {
  const { t, enumLabel } = useI18n();
  const { status } = shipment;
  const ended = ENDED[status as keyof typeof ENDED];
  const state = request.plan?.refundState;
  const tracking = trackingNumbers(shipment);
  const looked = shipment.inspectedAt ?? shipment.receivedAt;
  const steps: [name: string, at: string | null | undefined, expected: ReactNode][] = [
    [t('stepRequested'), request.createdAt, null],
    [t('stepAgreed'), shipment.createdAt, null],
    [t('stepSent'), shipment.sentAt, shipment.shipBy && <By at={shipment.shipBy} />],
    [
      shipment.inspectedAt ? t('stepInspected') : t('stepReceived'),
      looked,
      status === 'IN_TRANSIT' && shipment.dueAt && <By at={shipment.dueAt} />,
    ],
  ];
  return (
    <section aria-label={t('wayOf')}>
      <h4>{t('wayOf')}</h4>
      <ol className="steps" aria-label={t('wayOf')}>
        {steps.map(([name, at, expected]) => (
          <li key={name} className={at ? 'done' : ''}>
            <span className="what">{name}</span>{' '}
            <span className="quiet">{at ? <When at={at} /> : (!ended && expected) || t('stillToCome')}</span>
          </li>
        ))}
        <li className={state === 'DONE' ? 'done' : ''}>
          <span className="what">{t('stepPaid')}</span>{' '}
          <span className="quiet">
            {state === 'HELD' && terms
              ? t('paidWhen', { event: enumLabel('refundTrigger', terms.trigger) })
              : state && enumLabel('refundState', state)}
            {state === 'HELD' && status === 'RECEIVED' && shipment.dueAt && (
              <>
                {' · '}
                <By at={shipment.dueAt} />
              </>
            )}
          </span>
        </li>
      </ol>
      {tracking.length > 0 && (
        <p className="quiet">
          {t('tracking')}: {tracking.join(', ')}
        </p>
      )}
      {ended && <p className="note">{t(ended)}</p>}
      {shipment.note && <q className="quiet">{shipment.note}</q>}
    </section>
  );
}

function By({ at }: { at: string }) {
  const { t } = useI18n();
  return (
    <>
      {t('by')} <When at={at} />
    </>
  );
}
