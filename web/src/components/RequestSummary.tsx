import { Heading } from 'react-aria-components/Heading';
import { Link } from 'react-router';
import type { RequestFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Badge, Money, Picture, When } from './display';

type PathOf = (request: { id: string; number: string }) => string;

interface RequestSummaryProps {
  request: RequestFieldsFragment;
  level?: 2 | 3;
  /** Where a request is shown. */
  pathOf: PathOf;
  /** Whether the heading leads there. */
  linked?: boolean;
}

/** A request's items, its status, who must decide and until when, its plan, and the requests around it. */
export function RequestSummary({ request, level = 3, pathOf, linked = false }: RequestSummaryProps) {
  const { t, enumLabel } = useI18n();
  const title = t('requestNumber', { number: request.number });
  return (
    <>
      <div className="card-head">
        <Heading level={level}>{linked ? <Link to={pathOf(request)}>{title}</Link> : title}</Heading>
        <span className="badges" aria-live="polite">
          <Kind request={request} />
          <Badge kind="requestStatus" value={request.status} waitingOn={request.waitingOn} />
          <Escalated request={request} />
        </span>
      </div>
      <p className="quiet">
        <When at={request.createdAt} />
        {request.openedBy === 'OWNER' && !request.allowance && ` · ${t('onBehalf')}`}
        {request.openedBy === 'SELLER' && ` · ${t('bySeller')}`}
        {request.waitingOn !== 'NONE' &&
          ` · ${t('waitingFor', { name: enumLabel('waitingOn', request.waitingOn) })}`}
        {request.dueAt && request.waitingOn !== 'NONE' && (
          <>
            {' '}
            {t('until')} <When at={request.dueAt} />
          </>
        )}
      </p>
      <ul className="thumbs">
        {request.items.map((item) => (
          <li key={item.orderItem.id}>
            <Picture url={item.orderItem.imageUrl} />
            <span>
              {item.quantity} × {item.orderItem.name}
              <span className="quiet"> · {item.reasonLabel}</span>
              {item.note && <q className="quiet">{item.note}</q>}
              {item.acceptedQuantity != null && item.acceptedQuantity !== item.quantity && (
                <span className="quiet"> · {t('acceptedUnits', { count: item.acceptedQuantity })}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
      {request.rejection && (
        <p>
          {t('rejectedBecause', {
            by: enumLabel('role', request.rejection.by),
            reason: request.rejection.reason,
          })}
        </p>
      )}
      {request.objection && (
        <p>
          {t('objected', { ground: enumLabel('objection', request.objection) })}{' '}
          {request.objectionNote && <q>{request.objectionNote}</q>}
        </p>
      )}
      {request.restReason && <p>{t('restBecause', { reason: request.restReason })}</p>}
      <Neighbors request={request} pathOf={pathOf} />
      {request.plan && (
        <p className="badges">
          {t('plan')}: <Badge kind="planStatus" value={request.plan.status} />
          <Money of={request.plan.total} />
          <Badge kind="refundState" value={request.plan.refundState} />
        </p>
      )}
    </>
  );
}

/** What is to become of the order, and whether it is so by law. */
export function Kind({ request }: { request: RequestFieldsFragment }) {
  const { t } = useI18n();
  return (
    <>
      {request.allowance ? (
        <span className="badge still">{t('allowance')}</span>
      ) : (
        <Badge kind="requestTransaction" value={request.transaction} />
      )}
      {request.basis !== 'VOLUNTARY' && <Badge kind="basis" value={request.basis} />}
    </>
  );
}

/** Marks a request whose deadline has passed, so that the owner must decide. */
export function Escalated({ request }: { request: RequestFieldsFragment }) {
  const { t } = useI18n();
  if (!request.escalatedAt || request.waitingOn === 'NONE') return null;
  return <span className="badge bad">{t('escalated')}</span>;
}

/** Links to the request that this one continues, and to those that continue it. */
function Neighbors({ request, pathOf }: { request: RequestFieldsFragment; pathOf: PathOf }) {
  const { t } = useI18n();
  const { predecessor, successors } = request;
  return (
    <>
      {predecessor && (
        <p>
          <Link to={pathOf(predecessor)}>{t('continues', { number: predecessor.number })}</Link>
        </p>
      )}
      {successors.map((successor) => (
        <p key={successor.id}>
          <Link to={pathOf(successor)}>{t('continuedBy', { number: successor.number })}</Link>
        </p>
      ))}
    </>
  );
}
