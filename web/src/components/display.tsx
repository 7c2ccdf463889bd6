import { type ReactNode, useContext } from 'react';
import type {
  AddressFieldsFragment,
  EventFieldsFragment,
  ItemStatus,
  MoneyFieldsFragment,
  PackageStatus,
  WaitingOn,
} from '../gql/graphql';
import type { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';
import { Seat } from '../session/seat';
import { Icon } from './Icon';
import { STATUSES, type Status, type StatusKind } from './statuses';

const PLAIN: Status = { tone: 'still' };

interface BadgeProps {
  kind: keyof typeof ENUM_LABELS;
  value: string;
  /** For whom it waits, if the server says so: a status alone names all for whom it may. */
  waitingOn?: WaitingOn;
}

/** A status in words, with the color and the icon of what it means to the person who sees it; any other word is plain. */
export function Badge({ kind, value, waitingOn }: BadgeProps) {
  const { enumLabel } = useI18n();
  const seat = useContext(Seat);
  const found = STATUSES[kind as StatusKind] as Record<string, Status> | undefined;
  const { tone, icon, actors } = found?.[value] ?? PLAIN;
  const yours = actors && (waitingOn ? waitingOn === seat : actors.includes(seat));
  return (
    <span className={`badge ${yours ? 'wait' : tone}`}>
      {icon && <Icon name={yours ? 'bell' : icon} />}
      {enumLabel(kind, value)}
    </span>
  );
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

interface TimelineProps {
  events: readonly EventFieldsFragment[];
  /** For shoppers: without the statuses between which something moved. */
  plain?: boolean;
}

/** The events of an order or a request: what happened, who did it, and when. */
export function Timeline({ events, plain = false }: TimelineProps) {
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
          {!plain && (
            <span className="quiet">
              {enumLabel('subject', event.subject)}:{' '}
              {event.from ? `${enumLabel(statusKind(event.subject), event.from)} → ` : ''}
              {enumLabel(statusKind(event.subject), event.to)}
            </span>
          )}
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
