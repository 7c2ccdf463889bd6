import type { Role } from '../gql/graphql';
import type { ENUM_LABELS } from '../i18n/enumLabels';
import type { IconName } from './icons';

type Labels = typeof ENUM_LABELS;
export type StatusKind = Extract<keyof Labels, `${string}Status` | `${string}State`>;

/** What a status means. Who sees it reads: it waits for you, it is under way, it went well, it is over, trouble. */
export interface Status {
  tone: 'wait' | 'move' | 'good' | 'over' | 'bad' | 'still';
  icon?: IconName;
  /** For whom it waits: for them it is `wait`, whatever it is for others. */
  actors?: readonly Role[];
}

const waits = (...actors: Role[]): Status => ({ tone: 'move', icon: 'clock', actors });
const moves = (icon: IconName = 'clock'): Status => ({ tone: 'move', icon });
const good: Status = { tone: 'good', icon: 'check' };
const over: Status = { tone: 'over', icon: 'over' };
const trouble: Status = { tone: 'bad', icon: 'trouble' };
const still: Status = { tone: 'still' };

/** The meaning of each status. One that is missing is a type error. */
export const STATUSES: { [Kind in StatusKind]: Record<keyof Labels[Kind], Status> } = {
  requestStatus: {
    WAITING: waits('SELLER', 'OWNER'),
    APPROVED: good,
    COMPLETED: good,
    REJECTED: over,
    WITHDRAWN: over,
    EXPIRED: over,
    CONVERTED: moves('returned'),
  },
  planStatus: {
    WAITING: waits('SELLER', 'OWNER'),
    CONFIRMATION_WAITING: waits('SELLER'),
    APPROVED: good,
    COMPLETED: good,
    REJECTED: over,
    VOIDED: over,
  },
  packageStatus: {
    PREPARING: waits('SELLER'),
    READY_TO_SHIP: waits('SELLER'),
    SHIPPED: moves('truck'),
    DELIVERED: good,
    DELIVERY_FAILED: trouble,
    CANCELED: over,
  },
  orderStatus: {
    WAITING_PACKAGING: moves('package'),
    SHIPPING: moves('truck'),
    DELIVERED: good,
    CANCELED: over,
    REFUNDED: over,
  },
  itemStatus: {
    ACTIVE: still,
    CANCEL_REQUESTED: waits('SELLER', 'OWNER'),
    RETURN_REQUESTED: waits('SELLER', 'OWNER'),
    PARTLY_CANCELED: over,
    PARTLY_RETURNED: over,
    CANCELED: over,
    RETURNED: over,
  },
  refundStatus: {
    PENDING: moves(),
    PROCESSING: moves(),
    UNKNOWN: trouble,
    SUCCEEDED: good,
    FAILED: trouble,
    SETTLED_MANUALLY: good,
  },
  refundState: {
    NONE: still,
    HELD: moves('package'),
    IN_PROGRESS: moves(),
    DISPUTED: trouble,
    NEEDS_ATTENTION: trouble,
    DONE: good,
  },
  returnStatus: {
    AWAITING: waits('CUSTOMER'),
    IN_TRANSIT: moves('truck'),
    RECEIVED: waits('SELLER', 'OWNER'),
    INSPECTED: good,
    LOST: trouble,
    WAIVED: good,
    EXPIRED: over,
    CANCELED: over,
  },
  labelStatus: {
    PENDING: moves(),
    PROCESSING: moves(),
    UNKNOWN: trouble,
    ISSUED: good,
    FAILED: trouble,
    VOIDING: moves(),
    VOID_UNKNOWN: trouble,
    VOIDED: over,
  },
  messageState: {
    PENDING: moves(),
    PROCESSING: moves(),
    SENT: good,
    FAILED: trouble,
    BOUNCED: trouble,
  },
  disputeStatus: {
    INQUIRY: waits('OWNER'),
    OPEN: trouble,
    WON: good,
    LOST: trouble,
  },
  withdrawalStatus: {
    DECLARED: moves(),
    COMPLETED: good,
  },
};
