import type {
  Action,
  AdjustmentKind,
  AtDeadline,
  Basis,
  Bearer,
  Disposition,
  DisputeStatus,
  Exemption,
  GoodsCondition,
  ItemStatus,
  LabelStatus,
  MessageState,
  MessageType,
  MovementKind,
  ObjectionGround,
  OrderStatus,
  PackageStatus,
  PlanStatus,
  RefundState,
  RefundStatus,
  RefundTrigger,
  RequestStatus,
  ReturnMethod,
  ReturnStatus,
  Role,
  Subject,
  TransactionType,
  WaitingOn,
} from '../gql/graphql';

type Labels<K extends string> = Record<K, readonly [en: string, de: string]>;

const requestStatus: Labels<RequestStatus> = {
  WAITING: ['Waiting', 'Wartet'],
  APPROVED: ['Approved', 'Genehmigt'],
  COMPLETED: ['Completed', 'Abgeschlossen'],
  REJECTED: ['Rejected', 'Abgelehnt'],
  WITHDRAWN: ['Taken back', 'Zurückgenommen'],
  EXPIRED: ['Expired', 'Abgelaufen'],
  CONVERTED: ['Converted to a return', 'In Rückgabe umgewandelt'],
};
const planStatus: Labels<PlanStatus> = {
  WAITING: ['Waiting', 'Wartet'],
  CONFIRMATION_WAITING: ['Waiting for the seller', 'Wartet auf den Händler'],
  APPROVED: ['Approved', 'Genehmigt'],
  COMPLETED: ['Completed', 'Abgeschlossen'],
  REJECTED: ['Rejected', 'Abgelehnt'],
  VOIDED: ['Voided', 'Aufgehoben'],
};
const packageStatus: Labels<PackageStatus> = {
  PREPARING: ['Preparing', 'In Vorbereitung'],
  READY_TO_SHIP: ['Ready to Ship', 'Versandbereit'],
  SHIPPED: ['Shipped', 'Versandt'],
  DELIVERED: ['Delivered', 'Zugestellt'],
  DELIVERY_FAILED: ['Delivery Failed', 'Zustellung fehlgeschlagen'],
  CANCELED: ['Canceled', 'Storniert'],
};
const orderStatus: Labels<OrderStatus> = {
  WAITING_PACKAGING: ['Waiting Packaging', 'Wartet auf Verpackung'],
  SHIPPING: ['Shipping', 'Im Versand'],
  DELIVERED: ['Delivered', 'Zugestellt'],
  CANCELED: ['Canceled', 'Storniert'],
  REFUNDED: ['Refunded', 'Erstattet'],
};
const itemStatus: Labels<ItemStatus> = {
  ACTIVE: ['As ordered', 'Wie bestellt'],
  CANCEL_REQUESTED: ['Cancellation requested', 'Storno angefragt'],
  RETURN_REQUESTED: ['Return requested', 'Rückgabe angefragt'],
  PARTLY_CANCELED: ['Partly canceled', 'Teils storniert'],
  PARTLY_RETURNED: ['Partly returned', 'Teils zurückgegeben'],
  CANCELED: ['Canceled', 'Storniert'],
  RETURNED: ['Returned', 'Zurückgegeben'],
};
const refundStatus: Labels<RefundStatus> = {
  PENDING: ['Pending', 'Ausstehend'],
  PROCESSING: ['Processing', 'In Arbeit'],
  UNKNOWN: ['Unknown', 'Unklar'],
  SUCCEEDED: ['Paid out', 'Ausgezahlt'],
  FAILED: ['Failed', 'Fehlgeschlagen'],
  SETTLED_MANUALLY: ['Settled manually', 'Manuell abgeschlossen'],
};
const refundState: Labels<RefundState> = {
  NONE: ['No refund yet', 'Noch keine Erstattung'],
  HELD: ['Waits for the goods', 'Wartet auf die Ware'],
  IN_PROGRESS: ['Refund in progress', 'Erstattung in Arbeit'],
  DISPUTED: ['Disputed', 'Angefochten'],
  NEEDS_ATTENTION: ['Needs attention', 'Zu klären'],
  DONE: ['Refunded', 'Erstattet'],
};
const returnStatus: Labels<ReturnStatus> = {
  AWAITING: ['With the customer', 'Beim Kunden'],
  IN_TRANSIT: ['On its way', 'Unterwegs'],
  RECEIVED: ['Received', 'Eingegangen'],
  INSPECTED: ['Inspected', 'Geprüft'],
  LOST: ['Lost', 'Verloren'],
  WAIVED: ['Waived', 'Erlassen'],
  EXPIRED: ['Not sent in time', 'Nicht rechtzeitig verschickt'],
  CANCELED: ['Canceled', 'Abgesagt'],
};
const refundTrigger: Labels<RefundTrigger> = {
  ON_CONFIRM: ['The seller confirms', 'Der Händler bestätigt'],
  ON_SHIPMENT: ['The goods are sent', 'Die Ware ist verschickt'],
  ON_RECEIPT: ['The goods have arrived', 'Die Ware ist eingegangen'],
  ON_INSPECTION: ['The goods are inspected', 'Die Ware ist geprüft'],
};
const basis: Labels<Basis> = {
  VOLUNTARY: ['Goodwill of the marketplace', 'Kulanz des Marktplatzes'],
  STATUTORY: ['Right of withdrawal', 'Widerrufsrecht'],
  CONFORMITY: ['Faulty or wrong goods', 'Mangelhafte oder falsche Ware'],
};
const exemption: Labels<Exemption> = {
  FINAL_SALE: ['Final sale', 'Vom Umtausch ausgeschlossen'],
  HYGIENE: ['Hygiene', 'Hygiene'],
  CUSTOM_MADE: ['Made for the customer', 'Für den Kunden angefertigt'],
  PERISHABLE: ['Goes bad quickly', 'Schnell verderblich'],
  SEALED_MEDIA: ['Sealed recording or software', 'Versiegelte Datenträger'],
  DIGITAL: ['Digital content', 'Digitale Inhalte'],
  SERVICE: ['Service', 'Dienstleistung'],
};
const atDeadline: Labels<AtDeadline> = {
  REMIND: ['The seller is reminded', 'Der Händler wird erinnert'],
  ESCALATE: ['The owner decides', 'Der Betreiber entscheidet'],
  APPROVE: ['The return is confirmed', 'Die Rückgabe wird bestätigt'],
  REJECT: ['The return is rejected', 'Die Rückgabe wird abgelehnt'],
  EXPIRE: ['The request expires', 'Die Anfrage läuft ab'],
};
const returnMethod: Labels<ReturnMethod> = {
  MAIL: ['By mail', 'Per Post'],
  DROP_OFF: ['Drop-off point', 'Annahmestelle'],
  IN_STORE: ['In the store', 'Im Geschäft'],
  KEEP: ['The customer keeps the goods', 'Der Kunde behält die Ware'],
};
const condition: Labels<GoodsCondition> = {
  AS_NEW: ['As new', 'Wie neu'],
  OPENED: ['Opened', 'Geöffnet'],
  USED: ['Used', 'Benutzt'],
  DAMAGED: ['Damaged', 'Beschädigt'],
  WRONG_ITEM: ['Not what was sold', 'Nicht der verkaufte Artikel'],
};
const disposition: Labels<Disposition> = {
  RESTOCK: ['Back into stock', 'Zurück ins Lager'],
  REFURBISH: ['Repaired', 'Wird instand gesetzt'],
  DISPOSE: ['Disposed of', 'Wird entsorgt'],
  SEND_BACK: ['Sent back to the customer', 'Geht an den Kunden zurück'],
};
const adjustmentKind: Labels<AdjustmentKind> = {
  FEE: ['Fee', 'Gebühr'],
  DEDUCTION: ['Deduction', 'Abzug'],
  ALLOWANCE: ['Allowance', 'Nachlass'],
  SHIPPING: ['Shipping', 'Versand'],
  REVERSAL: ['Paid back after all', 'Doch erstattet'],
};
const bearer: Labels<Bearer> = {
  SELLER: ['Seller', 'Händler'],
  OWNER: ['Owner', 'Betreiber'],
  CARRIER: ['Carrier', 'Paketdienst'],
};
const labelStatus: Labels<LabelStatus> = {
  PENDING: ['Ordered', 'Bestellt'],
  PROCESSING: ['Being bought', 'Wird gekauft'],
  UNKNOWN: ['Unknown', 'Unklar'],
  ISSUED: ['Issued', 'Ausgestellt'],
  FAILED: ['Refused', 'Abgelehnt'],
  VOIDING: ['Being voided', 'Wird storniert'],
  VOID_UNKNOWN: ['Voiding unknown', 'Storno unklar'],
  VOIDED: ['Void', 'Ungültig'],
};
const messageType: Labels<MessageType> = {
  REQUEST_OPENED: ['Request opened', 'Anfrage eröffnet'],
  REQUEST_WAITING: ['Request waits for a decision', 'Anfrage wartet auf Entscheidung'],
  DECISION_OVERDUE: ['Decision overdue', 'Entscheidung überfällig'],
  REQUEST_APPROVED: ['Request approved', 'Anfrage genehmigt'],
  REQUEST_REJECTED: ['Request rejected', 'Anfrage abgelehnt'],
  REQUEST_EXPIRED: ['Request expired', 'Anfrage abgelaufen'],
  REQUEST_COMPLETED: ['Request completed', 'Anfrage abgeschlossen'],
  REFUND_SUCCEEDED: ['Refund paid', 'Erstattung gezahlt'],
  DECISION_REMINDER: ['Reminder to decide', 'Erinnerung an die Entscheidung'],
  DECISION_LAST_CALL: ['Last call to decide', 'Letzte Erinnerung an die Entscheidung'],
  SHIP_BY_REMINDER: ['Reminder to send the goods', 'Erinnerung an den Versand'],
  SHIP_BY_LAST_CALL: ['Last call to send the goods', 'Letzte Erinnerung an den Versand'],
  LABEL_ISSUED: ['Label issued', 'Etikett ausgestellt'],
  DAILY_DIGEST: ['Daily digest', 'Tägliche Übersicht'],
  ATTENTION_NEEDED: ['Attention needed', 'Handlungsbedarf'],
  REFUND_LAST_CALL: ['Last call to pay back', 'Letzte Erinnerung an die Rückzahlung'],
  WITHDRAWAL_RECEIPT: ['Receipt of a withdrawal', 'Eingangsbestätigung eines Widerrufs'],
};
const messageState: Labels<MessageState> = {
  PENDING: ['To be sent', 'Wird noch gesendet'],
  PROCESSING: ['Being sent', 'Wird gerade gesendet'],
  SENT: ['Sent', 'Gesendet'],
  FAILED: ['Not sent', 'Nicht gesendet'],
  BOUNCED: ['No such address', 'Adresse unbekannt'],
};
const disputeStatus: Labels<DisputeStatus> = {
  INQUIRY: ['Bank inquiry', 'Rückfrage der Bank'],
  OPEN: ['Disputed', 'Angefochten'],
  WON: ['Dispute won', 'Anfechtung abgewiesen'],
  LOST: ['Dispute lost', 'Anfechtung stattgegeben'],
};
const objection: Labels<ObjectionGround> = {
  EXEMPT: ['The law gives no right of withdrawal', 'Kein Widerrufsrecht für diese Ware'],
  LATE: ['Declared too late', 'Zu spät erklärt'],
  NOT_BUYER: ['Not declared by the buyer', 'Nicht vom Käufer erklärt'],
};
const withdrawalStatus: Labels<'DECLARED' | 'COMPLETED'> = {
  DECLARED: ['Declared', 'Erklärt'],
  COMPLETED: ['Completed', 'Abgeschlossen'],
};
const transaction: Labels<TransactionType> = {
  CANCEL: ['Cancel', 'Storno'],
  REFUND: ['Refund', 'Erstattung'],
};
/** The type of a request, which is about goods; `transaction` is the type of its plan, which is about money. */
const requestTransaction: Labels<TransactionType> = {
  CANCEL: ['Cancel', 'Storno'],
  REFUND: ['Refund', 'Rückgabe'],
};
const role: Labels<Role> = {
  CUSTOMER: ['Customer', 'Kunde'],
  SELLER: ['Seller', 'Händler'],
  OWNER: ['Owner', 'Betreiber'],
  SYSTEM: ['System', 'System'],
};
const waitingOn: Labels<WaitingOn> = {
  OWNER: ['Owner', 'Betreiber'],
  SELLER: ['Seller', 'Händler'],
  CUSTOMER: ['Customer', 'Kunde'],
  SYSTEM: ['System', 'System'],
  NONE: ['Nobody', 'Niemand'],
};
const movementKind: Labels<MovementKind> = {
  REFUND: ['Paid back by hand', 'Von Hand erstattet'],
  DISPUTE: ['Taken by the bank', 'Von der Bank eingezogen'],
};
const subject: Labels<Subject> = {
  PACKAGE: ['Package', 'Paket'],
  REQUEST: ['Request', 'Anfrage'],
  PLAN: ['Plan', 'Plan'],
  REFUND: ['Refund', 'Erstattung'],
  RETURN_SHIPMENT: ['Return shipment', 'Rücksendung'],
  LABEL: ['Label', 'Versandetikett'],
  DISPUTE: ['Dispute', 'Zahlungsanfechtung'],
  WITHDRAWAL: ['Withdrawal from the contract', 'Widerruf'],
};
const action: Labels<Action> = {
  CREATE_ORDER: ['Order placed', 'Bestellung aufgegeben'],
  IMPORT_ORDER: ['Order imported', 'Bestellung importiert'],
  UPDATE_PACKAGE_STATUS: ['Package status changed', 'Paketstatus geändert'],
  REVERT_PACKAGE_STATUS: ['Change taken back', 'Änderung zurückgenommen'],
  SPLIT_PACKAGE: ['Package split', 'Paket aufgeteilt'],
  ASSUME_DELIVERY: ['Delivery assumed', 'Zustellung angenommen'],
  CANCEL_PACKAGE: ['Package canceled', 'Paket storniert'],
  REQUEST_RETURN: ['Requested', 'Angefragt'],
  WITHDRAW_REQUEST: ['Taken back', 'Zurückgenommen'],
  APPLY_CANCELLATION: ['Applied', 'Angewendet'],
  AUTO_CONFIRM: ['Confirmed automatically', 'Automatisch bestätigt'],
  ASK_SELLER: ['Seller asked', 'Händler gefragt'],
  CONFIRM_REQUEST: ['Confirmed', 'Bestätigt'],
  CONVERT_TO_RETURN: ['Converted to a return', 'In Rückgabe umgewandelt'],
  REJECT_REQUEST: ['Rejected', 'Abgelehnt'],
  OPEN_SUCCESSOR: ['Goes on in a request of its own', 'Geht in einer eigenen Anfrage weiter'],
  REMIND_REQUEST: ['Reminded', 'Erinnert'],
  ESCALATE_REQUEST: ['Handed to the owner', 'An den Betreiber übergeben'],
  EXPIRE_REQUEST: ['Expired', 'Abgelaufen'],
  VOID_PLAN: ['Plan voided', 'Plan aufgehoben'],
  RELEASE_PLAN: ['Money released', 'Geld freigegeben'],
  COMPLETE_PLAN: ['Plan completed', 'Plan abgeschlossen'],
  COMPLETE_REQUEST: ['Request completed', 'Anfrage abgeschlossen'],
  CREATE_REFUND: ['Refund created', 'Erstattung angelegt'],
  SEND_REFUND: ['Refund sent', 'Erstattung gesendet'],
  SUCCEED_REFUND: ['Refund paid out', 'Erstattung ausgezahlt'],
  FAIL_REFUND: ['Refund failed', 'Erstattung fehlgeschlagen'],
  LOSE_REFUND: ['Refund unknown', 'Erstattung unklar'],
  RETRY_REFUND: ['Refund retried', 'Erstattung wiederholt'],
  CHECK_REFUND: ['Refund checked', 'Erstattung geprüft'],
  BOUNCE_REFUND: ['Refund came back', 'Erstattung zurückgekommen'],
  SETTLE_REFUND: ['Refund settled manually', 'Erstattung manuell abgeschlossen'],
  COVER_REFUND: ['Refund paid outside of Retour', 'Erstattung außerhalb von Retour gezahlt'],
  SETTLE_SHORTFALL: ['Shortfall settled', 'Fehlbetrag beglichen'],
  OPEN_DISPUTE: ['Payment disputed', 'Zahlung angefochten'],
  UPDATE_DISPUTE: ['Dispute changed', 'Anfechtung geändert'],
  WIN_DISPUTE: ['Dispute won', 'Anfechtung abgewiesen'],
  LOSE_DISPUTE: ['Dispute lost', 'Anfechtung stattgegeben'],
  BLOCK_REFUND: ['Refund stopped by a dispute', 'Erstattung wegen Anfechtung angehalten'],
  UNBLOCK_REFUND: ['Refund goes on', 'Erstattung geht weiter'],
  REFUND_ALLOWANCE: ['Allowance paid', 'Gutschrift gezahlt'],
  OPEN_RETURN: ['Goods asked for', 'Ware angefordert'],
  SEND_RETURN: ['Goods sent', 'Ware verschickt'],
  RECEIVE_RETURN: ['Goods received', 'Ware eingegangen'],
  RECEIVE_UNANNOUNCED: ['Goods received unannounced', 'Ware unangekündigt eingegangen'],
  INSPECT_RETURN: ['Goods inspected', 'Ware geprüft'],
  LOSE_RETURN: ['Goods lost', 'Ware verloren'],
  WAIVE_RETURN: ['Goods waived', 'Auf die Ware verzichtet'],
  EXPIRE_RETURN: ['Not sent in time', 'Nicht rechtzeitig verschickt'],
  CANCEL_RETURN: ['Return shipment canceled', 'Rücksendung abgesagt'],
  ORDER_LABEL: ['Label ordered', 'Etikett bestellt'],
  ADD_LABEL: ['Label added', 'Etikett hinzugefügt'],
  BUY_LABEL: ['Label requested', 'Etikett angefordert'],
  LOSE_LABEL: ['Label unknown', 'Etikett unklar'],
  ISSUE_LABEL: ['Label issued', 'Etikett ausgestellt'],
  FAIL_LABEL: ['Label refused', 'Etikett abgelehnt'],
  RETRY_LABEL: ['Label retried', 'Etikett wiederholt'],
  VOID_LABEL: ['Label voided', 'Etikett storniert'],
  SEND_VOID: ['Voiding requested', 'Storno angefordert'],
  LOSE_VOID: ['Voiding unknown', 'Storno unklar'],
  FINISH_VOID: ['Label void', 'Etikett ungültig'],
  REFUSE_VOID: ['Voiding refused', 'Storno abgelehnt'],
  SCAN_LABEL: ['Label scanned', 'Etikett gescannt'],
  DECLARE_WITHDRAWAL: ['Withdrawn from the contract', 'Vertrag widerrufen'],
  OBJECT_TO_WITHDRAWAL: ['Objected to the withdrawal', 'Einwand gegen den Widerruf'],
  REPORT_OVERDUE: ['Money overdue', 'Zahlung überfällig'],
  COMPLETE_WITHDRAWAL: ['Withdrawal completed', 'Widerruf abgeschlossen'],
};

export const ENUM_LABELS = {
  action,
  adjustmentKind,
  atDeadline,
  basis,
  bearer,
  condition,
  disputeStatus,
  disposition,
  exemption,
  itemStatus,
  labelStatus,
  messageType,
  messageState,
  movementKind,
  objection,
  orderStatus,
  packageStatus,
  planStatus,
  refundState,
  refundStatus,
  refundTrigger,
  requestStatus,
  requestTransaction,
  returnMethod,
  returnStatus,
  role,
  subject,
  transaction,
  waitingOn,
  withdrawalStatus,
} as const;

/** The label of an enum member. A member that this console does not know yet shows its own name. */
export function labelOf(kind: keyof typeof ENUM_LABELS, value: string, german: boolean): string {
  const known = (ENUM_LABELS[kind] as Record<string, readonly [string, string]>)[value];
  if (known) return known[german ? 1 : 0];
  return value.charAt(0) + value.slice(1).toLowerCase().replaceAll('_', ' ');
}
