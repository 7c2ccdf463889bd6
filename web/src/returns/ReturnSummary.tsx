import './texts';
import type { ReactNode } from 'react';
import { Heading } from 'react-aria-components/Heading';
import { Badge, Money, Picture, When } from '../components/display';
import type { ReturnFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

interface ReturnSummaryProps {
  shipment: ReturnFieldsFragment;
  level?: 2 | 3;
  /** Where the goods belong to, with links if the seat has pages for it. */
  about: ReactNode;
}

/** The goods of a return: where they are, how many of them, how they came back, and the state of the money. */
export function ReturnSummary({ shipment, level = 3, about }: ReturnSummaryProps) {
  const { t, enumLabel } = useI18n();
  const { plan } = shipment.request;
  return (
    <>
      <div className="card-head">
        <Heading level={level}>{t('returnNumber', { number: shipment.number })}</Heading>
        <span className="badges" aria-live="polite">
          {shipment.kind === 'TO_SENDER' && <span className="badge still">{t('toSender')}</span>}
          <Badge kind="returnStatus" value={shipment.status} />
          {plan && <Badge kind="refundState" value={plan.refundState} />}
          {plan && <Money of={plan.total} />}
        </span>
      </div>
      <p className="quiet">
        {about}
        {shipment.trackingNumber && ` · ${t('tracking')} ${shipment.trackingNumber}`}
        {shipment.dropOff && ` · ${t('dropOff')}: ${shipment.dropOff}`}
        {shipment.lossBearer && ` · ${t('bornBy', { name: enumLabel('bearer', shipment.lossBearer) })}`}
      </p>
      <Deadline shipment={shipment} />
      {shipment.note && <q className="quiet">{shipment.note}</q>}
      <ul className="thumbs">
        {shipment.lines.map((line) => (
          <li key={line.orderItem.id}>
            <Picture url={line.orderItem.imageUrl} />
            <span>
              {line.orderItem.name} <span className="quiet">· {line.orderItem.sku}</span>
              <Counts line={line} />
              <Grades grades={line.grades} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What happens by itself if nobody does anything, and when. */
function Deadline({ shipment }: { shipment: ReturnFieldsFragment }) {
  const { t } = useI18n();
  const texts = { AWAITING: t('expiresAt'), IN_TRANSIT: t('countsAsLostAt'), RECEIVED: t('countsAsNewAt') };
  const text = texts[shipment.status as keyof typeof texts];
  if (!text || !shipment.dueAt) return null;
  return (
    <p className="quiet">
      {shipment.shipBy && shipment.status === 'AWAITING' && (
        <>
          {t('shipBy')} <When at={shipment.shipBy} /> ·{' '}
        </>
      )}
      {text} <When at={shipment.dueAt} />
    </p>
  );
}

const COUNTS = ['expected', 'received', 'missing', 'wrong'] as const;

function Counts({ line }: { line: ReturnFieldsFragment['lines'][number] }) {
  const { t } = useI18n();
  const known = COUNTS.filter((name) => name === 'expected' || line[name] > 0);
  return (
    <span className="quiet counts">{known.map((name) => t(name, { count: line[name] })).join(' · ')}</span>
  );
}

/** How units came back, and what is kept for it. */
export function Grades({ grades }: { grades: ReturnFieldsFragment['lines'][number]['grades'] }) {
  const { enumLabel } = useI18n();
  return grades.map((grade) => (
    <span
      key={[grade.condition, grade.disposition, grade.quantity, grade.reason].join()}
      className="quiet counts"
    >
      {grade.quantity} × {enumLabel('condition', grade.condition)},{' '}
      {enumLabel('disposition', grade.disposition)}
      {Number(grade.deduction.amount) !== 0 && (
        <>
          {' '}
          −<Money of={grade.deduction} />
        </>
      )}
      {grade.reason && (
        <>
          {' '}
          <q>{grade.reason}</q>
        </>
      )}
    </span>
  ));
}
