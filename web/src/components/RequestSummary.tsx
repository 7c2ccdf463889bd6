import { Heading } from 'react-aria-components/Heading';
import type { RequestFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Badge, Money, Picture, When } from './display';

/** A request's items, its status, who must decide, and its plan. */
export function RequestSummary({ request, level = 3 }: { request: RequestFieldsFragment; level?: 2 | 3 }) {
  const { t, enumLabel } = useI18n();
  return (
    <>
      <div className="card-head">
        <Heading level={level}>{t('requestNumber', { number: request.number })}</Heading>
        <span className="badges" aria-live="polite">
          <Badge kind="requestTransaction" value={request.transaction} />
          <Badge kind="requestStatus" value={request.status} />
        </span>
      </div>
      <p className="quiet">
        <When at={request.createdAt} />
        {request.openedBy === 'OWNER' && ` · ${t('onBehalf')}`}
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
