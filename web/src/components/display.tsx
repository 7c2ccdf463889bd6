import type { ReactNode } from 'react';
import type {
  AddressFieldsFragment,
  EventFieldsFragment,
  ItemStatus,
  MoneyFieldsFragment,
  PackageStatus,
} from '../gql/graphql';
import type { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';

const TONES: Record<string, string> = {
  WAITING: 'wait',
  CONFIRMATION_WAITING: 'wait',
  CANCEL_REQUESTED: 'wait',
  RETURN_REQUESTED: 'wait',
  PENDING: 'wait',
  PROCESSING: 'wait',
  IN_PROGRESS: 'wait',
  HELD: 'wait',
  AWAITING: 'wait',
  IN_TRANSIT: 'wait',
  RECEIVED: 'wait',
  VOIDING: 'wait',
  INQUIRY: 'wait',
  APPROVED: 'good',
  COMPLETED: 'good',
  DELIVERED: 'good',
  SUCCEEDED: 'good',
  SENT: 'good',
  SETTLED_MANUALLY: 'good',
  DONE: 'good',
  ISSUED: 'good',
  INSPECTED: 'good',
  WON: 'good',
  REJECTED: 'bad',
  FAILED: 'bad',
  BOUNCED: 'bad',
  UNKNOWN: 'bad',
  NEEDS_ATTENTION: 'bad',
  DISPUTED: 'bad',
  DELIVERY_FAILED: 'bad',
  LOST: 'bad',
  OPEN: 'bad',
  VOID_UNKNOWN: 'bad',
};

/** A status in words. The color only repeats what the word says. */
export function Badge({ kind, value }: { kind: keyof typeof ENUM_LABELS; value: string }) {
  const { enumLabel } = useI18n();
  return <span className={`badge ${TONES[value] ?? 'still'}`}>{enumLabel(kind, value)}</span>;
}

/** Whether every unit of an item has been canceled or returned. */
export const isGone = (status: ItemStatus) => status === 'CANCELED' || status === 'RETURNED';

/** The status of an item's package, unless the item is gone, and the status of the item. */
export function ItemBadges({ item }: { item: { status: ItemStatus; package: { status: PackageStatus } } }) {
  return (
    <span className="badges">
      {!isGone(item.status) && <Badge kind="packageStatus" value={item.package.status} />}
      {item.status !== 'ACTIVE' && <Badge kind="itemStatus" value={item.status} />}
    </span>
  );
}

export function Money({ of }: { of: MoneyFieldsFragment }) {
  const { money } = useI18n();
  return <span className="money">{money(of)}</span>;
}

export function When({ at }: { at: string }) {
  const { when } = useI18n();
  return <time dateTime={at}>{when(at)}</time>;
}

export function Day({ at }: { at: string }) {
  const { day } = useI18n();
  return <time dateTime={at}>{day(at)}</time>;
}

/** Term and description, side by side. */
export function Fact({ term, children }: { term: ReactNode; children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** An amount with its term; nothing if it is zero. */
export function OnlyIfAny({ term, of }: { term: string; of: MoneyFieldsFragment }) {
  return Number(of.amount) === 0 ? null : (
    <Fact term={term}>
      <Money of={of} />
    </Fact>
  );
}

export function PostalAddress({ address }: { address: AddressFieldsFragment }) {
  const place = [address.postalCode, address.city].filter(Boolean).join(' ');
  const lines = [address.name, ...address.lines, place, address.region, address.country];
  return <address>{lines.filter(Boolean).join('\n')}</address>;
}

export function Picture({ url }: { url: string | null | undefined }) {
  return url ? <img className="picture" src={url} alt="" loading="lazy" /> : <span className="picture" />;
}

/** The events of an order or a request: what happened, who did it, and when. */
export function Timeline({ events }: { events: readonly EventFieldsFragment[] }) {
  const { t, enumLabel } = useI18n();
  return (
    <ol className="timeline" aria-label={t('history')}>
      {events.map((event) => (
        <li key={event.cursor}>
          <span className="what">{enumLabel('action', event.action)}</span>
          <span className="quiet">
            {enumLabel('role', event.actor.role)}
            {event.onBehalfOf && ` ${t('onBehalfOf', { name: enumLabel('role', event.onBehalfOf) })}`} ·{' '}
            <When at={event.at} />
          </span>
          <span className="quiet">
            {enumLabel('subject', event.subject)}:{' '}
            {event.from ? `${enumLabel(statusKind(event.subject), event.from)} → ` : ''}
            {enumLabel(statusKind(event.subject), event.to)}
          </span>
          {event.note && <q className="quiet">{event.note}</q>}
        </li>
      ))}
    </ol>
  );
}

export function statusKind(subject: EventFieldsFragment['subject']): keyof typeof ENUM_LABELS {
  const kinds = {
    PACKAGE: 'packageStatus',
    REQUEST: 'requestStatus',
    PLAN: 'planStatus',
    REFUND: 'refundStatus',
    RETURN_SHIPMENT: 'returnStatus',
    LABEL: 'labelStatus',
    DISPUTE: 'disputeStatus',
    WITHDRAWAL: 'withdrawalStatus',
  } as const;
  return kinds[subject];
}
