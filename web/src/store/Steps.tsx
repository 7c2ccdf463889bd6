import './texts';
import type { ReactNode } from 'react';
import { Money, When } from '../components/display';
import { useI18n } from '../i18n/I18n';
import { trackingNumbers } from '../returns/labelFile';
import { lastEvent, type Request, type Step, stepsOf } from './steps';

/** Requested, agreed, on its way back, inspected, money back: each with its date, or when it is expected. */
export function Steps({ request }: { request: Request }) {
  const { t } = useI18n();
  const steps = stepsOf(request);
  const next = steps.findIndex(({ at }) => !at);
  const tracking = request.returnShipment ? trackingNumbers(request.returnShipment) : [];
  return (
    <div>
      <h4>{t('wayOf')}</h4>
      <ol className="steps" aria-label={t('wayOf')}>
        {steps.map((step, index) => (
          <li
            key={step.name}
            className={step.at ? 'done' : ''}
            {...(index === next ? { 'aria-current': 'step' as const } : {})}
          >
            <span className="what">{t(`step${step.name}`)}</span>{' '}
            {step.name === 'Paid' && request.plan && <Money of={request.plan.total} />}{' '}
            <span className="quiet">
              {step.name === 'Paid' ? <MoneyBack request={request} step={step} /> : <Moment step={step} />}
              <OnBehalf step={step} />
            </span>
          </li>
        ))}
      </ol>
      {tracking.length > 0 && (
        <p className="quiet">
          {t('tracking')}: {tracking.join(', ')}
        </p>
      )}
      <Exception request={request} />
      {request.returnShipment?.note && <q className="quiet">{request.returnShipment.note}</q>}
    </div>
  );
}

function OnBehalf({ step: { decided } }: { step: Step }) {
  const { t, enumLabel } = useI18n();
  if (!decided?.onBehalfOf) return null;
  const name = enumLabel('role', decided.onBehalfOf);
  return ` · ${enumLabel('role', decided.actor.role)} ${t('onBehalfOf', { name })}`;
}

function Moment({ step: { at, by } }: { step: Step }): ReactNode {
  const { t } = useI18n();
  if (at) return <When at={at} />;
  if (!by) return t('stillToCome');
  if (Date.parse(by) < Date.now()) return t('stepLate');
  return (
    <>
      {t('by')} <When at={by} />
    </>
  );
}

/** Where the money is: what it waits for, or what holds it up. */
function MoneyBack({ request: { plan, returnTerms }, step }: { request: Request; step: Step }) {
  const { t, enumLabel } = useI18n();
  const state = plan?.refundState ?? 'NONE';
  if (state === 'DISPUTED' || state === 'NEEDS_ATTENTION') return t(`delay${state}`);
  if (state === 'HELD' && returnTerms) return t(`pays${returnTerms.trigger}`);
  return (
    <>
      {state !== 'NONE' && `${enumLabel('refundState', state)} · `}
      {(step.at || step.by || state === 'NONE') && <Moment step={step} />}
    </>
  );
}

/** What is out of the ordinary: the goods are lost, nobody has answered, somebody has taken it back. */
function Exception({ request }: { request: Request }) {
  const { t, enumLabel } = useI18n();
  const { status, returnShipment: shipment } = request;
  if (status === 'WITHDRAWN') {
    const by = lastEvent(request, 'REQUEST', status)?.actor.role ?? 'CUSTOMER';
    const text = by === 'CUSTOMER' ? t('wayTakenBack') : t('wayTakenBackBy', { name: enumLabel('role', by) });
    return <p className="note">{text}</p>;
  }
  if (status === 'EXPIRED') return <p className="note">{t(shipment ? 'wayExpired' : 'wayUndecided')}</p>;
  if (shipment?.status === 'LOST' && status === 'APPROVED') return <p className="note">{t('wayLost')}</p>;
  if (shipment?.status === 'WAIVED') return <p className="note">{t('wayWaived')}</p>;
  return null;
}
