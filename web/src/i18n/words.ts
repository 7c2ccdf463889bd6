import type {
  Action,
  ItemStatus,
  OrderStatus,
  PackageStatus,
  PlanStatus,
  RefundState,
  RefundStatus,
  RequestStatus,
  Role,
  Subject,
  TransactionType,
  WaitingOn,
} from '../gql/graphql';

type Words<K extends string> = Record<K, readonly [en: string, de: string]>;

const requestStatus: Words<RequestStatus> = {
  WAITING: ['Waiting', 'Wartet'],
  APPROVED: ['Approved', 'Genehmigt'],
  COMPLETED: ['Completed', 'Abgeschlossen'],
  REJECTED: ['Rejected', 'Abgelehnt'],
  WITHDRAWN: ['Withdrawn', 'Zurückgezogen'],
  EXPIRED: ['Expired', 'Abgelaufen'],
};
const planStatus: Words<PlanStatus> = {
  WAITING: ['Waiting', 'Wartet'],
  CONFIRMATION_WAITING: ['Waiting for the seller', 'Wartet auf den Händler'],
  APPROVED: ['Approved', 'Genehmigt'],
  COMPLETED: ['Completed', 'Abgeschlossen'],
  REJECTED: ['Rejected', 'Abgelehnt'],
  VOIDED: ['Voided', 'Hinfällig'],
};
const packageStatus: Words<PackageStatus> = {
  PREPARING: ['Preparing', 'In Vorbereitung'],
  READY_TO_SHIP: ['Ready to Ship', 'Versandbereit'],
  SHIPPED: ['Shipped', 'Versandt'],
  DELIVERED: ['Delivered', 'Zugestellt'],
  DELIVERY_FAILED: ['Delivery Failed', 'Zustellung gescheitert'],
  CANCELED: ['Canceled', 'Storniert'],
};
const orderStatus: Words<OrderStatus> = {
  WAITING_PACKAGING: ['Waiting Packaging', 'Wartet auf Verpackung'],
  SHIPPING: ['Shipping', 'Im Versand'],
  DELIVERED: ['Delivered', 'Zugestellt'],
  CANCELED: ['Canceled', 'Storniert'],
  REFUNDED: ['Refunded', 'Erstattet'],
};
const itemStatus: Words<ItemStatus> = {
  ACTIVE: ['As ordered', 'Wie bestellt'],
  CANCEL_REQUESTED: ['Cancellation requested', 'Storno angefragt'],
  RETURN_REQUESTED: ['Return requested', 'Rückgabe angefragt'],
  PARTLY_CANCELED: ['Partly canceled', 'Teils storniert'],
  PARTLY_RETURNED: ['Partly returned', 'Teils zurückgegeben'],
  CANCELED: ['Canceled', 'Storniert'],
  RETURNED: ['Returned', 'Zurückgegeben'],
};
const refundStatus: Words<RefundStatus> = {
  PENDING: ['Pending', 'Ausstehend'],
  PROCESSING: ['Processing', 'In Arbeit'],
  UNKNOWN: ['Unknown', 'Ungewiss'],
  SUCCEEDED: ['Succeeded', 'Ausgezahlt'],
  FAILED: ['Failed', 'Gescheitert'],
  SETTLED_MANUALLY: ['Settled manually', 'Von Hand beglichen'],
};
const refundState: Words<RefundState> = {
  NONE: ['Nothing to pay yet', 'Noch nichts zu zahlen'],
  IN_PROGRESS: ['Money is on its way', 'Geld ist unterwegs'],
  NEEDS_ATTENTION: ['Needs attention', 'Braucht Aufmerksamkeit'],
  DONE: ['Money is back', 'Geld ist zurück'],
};
const transaction: Words<TransactionType> = {
  CANCEL: ['Cancel', 'Storno'],
  REFUND: ['Refund', 'Rückgabe'],
};
const role: Words<Role> = {
  CUSTOMER: ['Customer', 'Kunde'],
  SELLER: ['Seller', 'Händler'],
  OWNER: ['Owner', 'Betreiber'],
  SYSTEM: ['System', 'System'],
};
const waitingOn: Words<WaitingOn> = {
  OWNER: ['Owner', 'Betreiber'],
  SELLER: ['Seller', 'Händler'],
  CUSTOMER: ['Customer', 'Kunde'],
  SYSTEM: ['System', 'System'],
  NONE: ['Nobody', 'Niemand'],
};
const subject: Words<Subject> = {
  PACKAGE: ['Package', 'Paket'],
  REQUEST: ['Request', 'Anfrage'],
  PLAN: ['Plan', 'Plan'],
  REFUND: ['Refund', 'Erstattung'],
};
const action: Words<Action> = {
  CREATE_ORDER: ['Order placed', 'Bestellung aufgegeben'],
  IMPORT_ORDER: ['Order imported', 'Bestellung importiert'],
  UPDATE_PACKAGE_STATUS: ['Parcel moved on', 'Paket weitergegeben'],
  CANCEL_PACKAGE: ['Parcel closed', 'Paket geschlossen'],
  REQUEST_RETURN: ['Requested', 'Angefragt'],
  WITHDRAW_REQUEST: ['Withdrawn', 'Zurückgezogen'],
  APPLY_CANCELLATION: ['Applied', 'Angewendet'],
  AUTO_CONFIRM: ['Confirmed automatically', 'Automatisch bestätigt'],
  ASK_SELLER: ['Handed to the seller', 'An den Händler übergeben'],
  CONFIRM_REQUEST: ['Confirmed by the seller', 'Vom Händler bestätigt'],
  REJECT_REQUEST: ['Rejected', 'Abgelehnt'],
  EXPIRE_REQUEST: ['Expired', 'Abgelaufen'],
  VOID_PLAN: ['Plan dropped', 'Plan verworfen'],
  COMPLETE_PLAN: ['Plan completed', 'Plan abgeschlossen'],
  COMPLETE_REQUEST: ['Request completed', 'Anfrage abgeschlossen'],
  CREATE_REFUND: ['Refund promised', 'Erstattung zugesagt'],
  SEND_REFUND: ['Refund sent', 'Erstattung gesendet'],
  SUCCEED_REFUND: ['Refund paid', 'Erstattung ausgezahlt'],
  FAIL_REFUND: ['Refund refused', 'Erstattung abgelehnt'],
  LOSE_REFUND: ['Refund unanswered', 'Erstattung unbeantwortet'],
  RETRY_REFUND: ['Refund retried', 'Erstattung wiederholt'],
  CHECK_REFUND: ['Refund looked up', 'Erstattung nachgeschlagen'],
  BOUNCE_REFUND: ['Refund came back', 'Erstattung kam zurück'],
  SETTLE_REFUND: ['Refund settled', 'Erstattung beglichen'],
};

export const WORDS = {
  action,
  itemStatus,
  orderStatus,
  packageStatus,
  planStatus,
  refundState,
  refundStatus,
  requestStatus,
  role,
  subject,
  transaction,
  waitingOn,
} as const;

/** A word of the API for people; a member newer than this console shows as its own name. */
export function wordOf(kind: keyof typeof WORDS, value: string, german: boolean): string {
  const known = (WORDS[kind] as Record<string, readonly [string, string]>)[value];
  if (known) return known[german ? 1 : 0];
  return value.charAt(0) + value.slice(1).toLowerCase().replaceAll('_', ' ');
}
