import type { ReactNode } from 'react';
import type { EventPartsFragment, ItemStatus, MoneyPartsFragment, PackageStatus } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import type { WORDS } from '../i18n/words';

const TONES: Record<string, string> = {
  WAITING: 'wait',
  CONFIRMATION_WAITING: 'wait',
  CANCEL_REQUESTED: 'wait',
  RETURN_REQUESTED: 'wait',
  PENDING: 'wait',
  PROCESSING: 'wait',
  IN_PROGRESS: 'wait',
  APPROVED: 'good',
  COMPLETED: 'good',
  DELIVERED: 'good',
  SUCCEEDED: 'good',
  SETTLED_MANUALLY: 'good',
  DONE: 'good',
  REJECTED: 'bad',
  FAILED: 'bad',
  UNKNOWN: 'bad',
  NEEDS_ATTENTION: 'bad',
  DELIVERY_FAILED: 'bad',
};

/** A status in words; the colour only repeats what the word says. */
export function Badge({ kind, value }: { kind: keyof typeof WORDS; value: string }) {
  const { word } = useI18n();
  return <span className={`badge ${TONES[value] ?? 'still'}`}>{word(kind, value)}</span>;
}

/** Whether no unit of an item is left to do anything with. */
export const isGone = (status: ItemStatus) => status === 'CANCELED' || status === 'RETURNED';

/** Where an item's parcel is and what was asked of the item; only the latter once nothing of it is left. */
export function ItemBadges({ item }: { item: { status: ItemStatus; package: { status: PackageStatus } } }) {
  return (
    <span className="badges">
      {!isGone(item.status) && <Badge kind="packageStatus" value={item.package.status} />}
      {item.status !== 'ACTIVE' && <Badge kind="itemStatus" value={item.status} />}
    </span>
  );
}

export function Money({ of }: { of: MoneyPartsFragment }) {
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
export function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Picture({ url }: { url: string | null | undefined }) {
  return url ? <img className="picture" src={url} alt="" loading="lazy" /> : <span className="picture" />;
}

/** How far a subject's events lead: from and to, who, and when. */
export function Timeline({ events }: { events: readonly EventPartsFragment[] }) {
  const { t, word } = useI18n();
  return (
    <ol className="timeline" aria-label={t('history')}>
      {events.map((one) => (
        <li key={one.cursor}>
          <span className="what">{word('action', one.action)}</span>
          <span className="quiet">
            {word('role', one.actor.role)} · <When at={one.at} />
          </span>
          <span className="quiet">
            {word('subject', one.subject)}: {one.from ? `${word(statusKind(one.subject), one.from)} → ` : ''}
            {word(statusKind(one.subject), one.to)}
          </span>
        </li>
      ))}
    </ol>
  );
}

export function statusKind(subject: EventPartsFragment['subject']): keyof typeof WORDS {
  const kinds = {
    PACKAGE: 'packageStatus',
    REQUEST: 'requestStatus',
    PLAN: 'planStatus',
    REFUND: 'refundStatus',
  } as const;
  return kinds[subject];
}
