import type {
  Action,
  AdjustmentKind,
  AtDeadline,
  Basis,
  Bearer,
  BrokenDeadline,
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
  TermsDeadline,
  TransactionType,
  WaitingOn,
  WithdrawalStatus,
} from '../gql/graphql';

type Labels<K extends string> = Record<K, string>;

const requestStatus: Labels<RequestStatus> = {
  WAITING: 'Waiting',
  APPROVED: 'Approved',
  COMPLETED: 'Completed',
  REJECTED: 'Rejected',
  WITHDRAWN: 'Taken back',
  EXPIRED: 'Expired',
  CONVERTED: 'Converted to a return',
};
const planStatus: Labels<PlanStatus> = {
  WAITING: 'Waiting',
  CONFIRMATION_WAITING: 'Waiting for the seller',
  APPROVED: 'Approved',
  COMPLETED: 'Completed',
  REJECTED: 'Rejected',
  VOIDED: 'Voided',
};
const packageStatus: Labels<PackageStatus> = {
  PREPARING: 'Preparing',
  READY_TO_SHIP: 'Ready to Ship',
  SHIPPED: 'Shipped',
  DELIVERED: 'Delivered',
  DELIVERY_FAILED: 'Delivery Failed',
  CANCELED: 'Canceled',
};
const orderStatus: Labels<OrderStatus> = {
  WAITING_PACKAGING: 'Waiting Packaging',
  SHIPPING: 'Shipping',
  DELIVERED: 'Delivered',
  CANCELED: 'Canceled',
  REFUNDED: 'Refunded',
};
const itemStatus: Labels<ItemStatus> = {
  ACTIVE: 'As ordered',
  CANCEL_REQUESTED: 'Cancellation requested',
  RETURN_REQUESTED: 'Return requested',
  PARTLY_CANCELED: 'Partly canceled',
  PARTLY_RETURNED: 'Partly returned',
  CANCELED: 'Canceled',
  RETURNED: 'Returned',
};
const refundStatus: Labels<RefundStatus> = {
  PENDING: 'Pending',
  PROCESSING: 'Processing',
  UNKNOWN: 'Unknown',
  SUCCEEDED: 'Paid out',
  FAILED: 'Failed',
  SETTLED_MANUALLY: 'Settled manually',
};
const refundState: Labels<RefundState> = {
  NONE: 'No refund yet',
  HELD: 'Waits for the goods',
  IN_PROGRESS: 'Refund in progress',
  DISPUTED: 'Disputed',
  NEEDS_ATTENTION: 'Needs attention',
  DONE: 'Refunded',
};
const returnStatus: Labels<ReturnStatus> = {
  AWAITING: 'With the customer',
  IN_TRANSIT: 'On its way',
  RECEIVED: 'Received',
  INSPECTED: 'Inspected',
  LOST: 'Lost',
  WAIVED: 'Waived',
  EXPIRED: 'Not sent in time',
  CANCELED: 'Canceled',
};
const refundTrigger: Labels<RefundTrigger> = {
  ON_CONFIRM: 'The seller confirms',
  ON_SHIPMENT: 'The goods are sent',
  ON_RECEIPT: 'The goods have arrived',
  ON_INSPECTION: 'The goods are inspected',
};
const basis: Labels<Basis> = {
  VOLUNTARY: 'Goodwill of the marketplace',
  STATUTORY: 'Right of withdrawal',
  CONFORMITY: 'Faulty or wrong goods',
};
const exemption: Labels<Exemption> = {
  FINAL_SALE: 'Final sale',
  HYGIENE: 'Hygiene',
  CUSTOM_MADE: 'Made for the customer',
  PERISHABLE: 'Goes bad quickly',
  SEALED_MEDIA: 'Sealed recording or software',
  DIGITAL: 'Digital content',
  SERVICE: 'Service',
};
const atDeadline: Labels<AtDeadline> = {
  REMIND: 'The seller is reminded',
  ESCALATE: 'The owner decides',
  APPROVE: 'The return is confirmed',
  REJECT: 'The return is rejected',
  EXPIRE: 'The request expires',
};
const cancellationAtDeadline: Labels<AtDeadline> = {
  REMIND: 'A reminder is sent',
  ESCALATE: 'The owner decides',
  APPROVE: 'The cancellation is confirmed',
  REJECT: 'The cancellation is rejected',
  EXPIRE: 'The request expires',
};
const termsDeadline: Labels<TermsDeadline> = {
  WINDOW: 'Days to return',
  SHIP_BY: 'Days to send the goods',
  GRACE: 'Days until it expires',
  TRANSIT: 'Days until lost',
  INSPECTION: 'Days for the inspection',
  RESPONSE: 'Decision on a return',
  CANCELLATION: 'Decision on a cancellation',
};
const returnMethod: Labels<ReturnMethod> = {
  MAIL: 'By mail',
  DROP_OFF: 'Drop-off point',
  IN_STORE: 'In the store',
  KEEP: 'The customer keeps the goods',
};
const condition: Labels<GoodsCondition> = {
  AS_NEW: 'As new',
  OPENED: 'Opened',
  USED: 'Used',
  DAMAGED: 'Damaged',
  WRONG_ITEM: 'Not what was sold',
};
const disposition: Labels<Disposition> = {
  RESTOCK: 'Back into stock',
  REFURBISH: 'Repaired',
  DISPOSE: 'Disposed of',
  SEND_BACK: 'Sent back to the customer',
};
const adjustmentKind: Labels<AdjustmentKind> = {
  FEE: 'Fee',
  DEDUCTION: 'Deduction',
  ALLOWANCE: 'Allowance',
  SHIPPING: 'Shipping',
  REVERSAL: 'Paid back after all',
};
const bearer: Labels<Bearer> = {
  SELLER: 'Seller',
  OWNER: 'Owner',
  CARRIER: 'Carrier',
};
const labelStatus: Labels<LabelStatus> = {
  PENDING: 'Ordered',
  PROCESSING: 'Being bought',
  UNKNOWN: 'Unknown',
  ISSUED: 'Issued',
  FAILED: 'Refused',
  VOIDING: 'Being voided',
  VOID_UNKNOWN: 'Voiding unknown',
  VOIDED: 'Void',
};
const messageType: Labels<MessageType> = {
  REQUEST_OPENED: 'Request opened',
  REQUEST_WAITING: 'Request waits for a decision',
  DECISION_OVERDUE: 'Decision overdue',
  REQUEST_APPROVED: 'Request approved',
  REQUEST_REJECTED: 'Request rejected',
  REQUEST_EXPIRED: 'Request expired',
  REQUEST_COMPLETED: 'Request completed',
  REFUND_SUCCEEDED: 'Refund paid',
  DECISION_REMINDER: 'Reminder to decide',
  DECISION_LAST_CALL: 'Last call to decide',
  SHIP_BY_REMINDER: 'Reminder to send the goods',
  SHIP_BY_LAST_CALL: 'Last call to send the goods',
  LABEL_ISSUED: 'Label issued',
  DAILY_DIGEST: 'Daily digest',
  ORDER_ACCESS: 'Link to an order',
  ATTENTION_NEEDED: 'Attention needed',
  REFUND_LAST_CALL: 'Last call to pay back',
  WITHDRAWAL_RECEIPT: 'Receipt of a withdrawal',
  STATEMENT_RECEIPT: 'Receipt of a declaration',
  VERIFY_WITHDRAWAL: 'Link to verify a withdrawal',
};
const messageState: Labels<MessageState> = {
  PENDING: 'To be sent',
  PROCESSING: 'Being sent',
  SENT: 'Sent',
  FAILED: 'Not sent',
  BOUNCED: 'No such address',
};
const disputeStatus: Labels<DisputeStatus> = {
  INQUIRY: 'Bank inquiry',
  OPEN: 'Disputed',
  WON: 'Dispute won',
  LOST: 'Dispute lost',
};
const objection: Labels<ObjectionGround> = {
  EXEMPT: 'The law gives no right of withdrawal',
  LATE: 'Declared too late',
  NOT_BUYER: 'Not declared by the buyer',
};
const withdrawalStatus: Labels<WithdrawalStatus> = {
  UNVERIFIED: 'To be verified',
  DECLARED: 'Declared',
  COMPLETED: 'Completed',
  REJECTED: 'Rejected',
  EXPIRED: 'Expired',
};
const transaction: Labels<TransactionType> = {
  CANCEL: 'Cancel',
  REFUND: 'Refund',
};
/** The type of a request, which is about goods; `transaction` is the type of its plan, which is about money. */
const requestTransaction: Labels<TransactionType> = {
  CANCEL: 'Cancel',
  REFUND: 'Refund',
};
const role: Labels<Role> = {
  CUSTOMER: 'Customer',
  SELLER: 'Seller',
  OWNER: 'Owner',
  SYSTEM: 'Retour',
};
const waitingOn: Labels<WaitingOn> = {
  OWNER: 'Owner',
  SELLER: 'Seller',
  CUSTOMER: 'Customer',
  SYSTEM: 'Retour',
  NONE: 'Nobody',
};
const movementKind: Labels<MovementKind> = {
  REFUND: 'Paid back by hand',
  DISPUTE: 'Taken by the bank',
};
const subject: Labels<Subject> = {
  PACKAGE: 'Package',
  REQUEST: 'Request',
  PLAN: 'Plan',
  REFUND: 'Refund',
  RETURN_SHIPMENT: 'Return shipment',
  LABEL: 'Label',
  DISPUTE: 'Dispute',
  WITHDRAWAL: 'Withdrawal from the contract',
};
const action: Labels<Action> = {
  CREATE_ORDER: 'Order placed',
  IMPORT_ORDER: 'Order imported',
  UPDATE_PACKAGE_STATUS: 'Package status changed',
  REVERT_PACKAGE_STATUS: 'Change taken back',
  SPLIT_PACKAGE: 'Package split',
  ASSUME_DELIVERY: 'Delivery assumed',
  CANCEL_PACKAGE: 'Package canceled',
  REQUEST_RETURN: 'Requested',
  WITHDRAW_REQUEST: 'Taken back',
  APPLY_CANCELLATION: 'Applied',
  AUTO_CONFIRM: 'Confirmed automatically',
  ASK_SELLER: 'Seller asked',
  CONFIRM_REQUEST: 'Confirmed',
  CONVERT_TO_RETURN: 'Converted to a return',
  REJECT_REQUEST: 'Rejected',
  OPEN_SUCCESSOR: 'Goes on in a request of its own',
  REMIND_REQUEST: 'Reminded',
  ESCALATE_REQUEST: 'Handed to the owner',
  EXPIRE_REQUEST: 'Expired',
  VOID_PLAN: 'Plan voided',
  RELEASE_PLAN: 'Money released',
  COMPLETE_PLAN: 'Plan completed',
  COMPLETE_REQUEST: 'Request completed',
  CREATE_REFUND: 'Refund created',
  SEND_REFUND: 'Refund sent',
  SUCCEED_REFUND: 'Refund paid out',
  FAIL_REFUND: 'Refund failed',
  LOSE_REFUND: 'Refund unknown',
  RETRY_REFUND: 'Refund retried',
  CHECK_REFUND: 'Refund checked',
  BOUNCE_REFUND: 'Refund came back',
  SETTLE_REFUND: 'Refund settled manually',
  COVER_REFUND: 'Refund paid outside of Retour',
  SETTLE_SHORTFALL: 'Shortfall settled',
  OPEN_DISPUTE: 'Payment disputed',
  UPDATE_DISPUTE: 'Dispute changed',
  WIN_DISPUTE: 'Dispute won',
  LOSE_DISPUTE: 'Dispute lost',
  BLOCK_REFUND: 'Refund stopped by a dispute',
  UNBLOCK_REFUND: 'Refund goes on',
  REFUND_ALLOWANCE: 'Allowance paid',
  OPEN_RETURN: 'Goods asked for',
  SEND_RETURN: 'Goods sent',
  RECEIVE_RETURN: 'Goods received',
  RECEIVE_UNANNOUNCED: 'Goods received unannounced',
  INSPECT_RETURN: 'Goods inspected',
  LOSE_RETURN: 'Goods lost',
  WAIVE_RETURN: 'Goods waived',
  EXPIRE_RETURN: 'Not sent in time',
  CANCEL_RETURN: 'Return shipment canceled',
  ORDER_LABEL: 'Label ordered',
  ADD_LABEL: 'Label added',
  BUY_LABEL: 'Label requested',
  LOSE_LABEL: 'Label unknown',
  ISSUE_LABEL: 'Label issued',
  FAIL_LABEL: 'Label refused',
  RETRY_LABEL: 'Label retried',
  VOID_LABEL: 'Label voided',
  SEND_VOID: 'Voiding requested',
  LOSE_VOID: 'Voiding unknown',
  FINISH_VOID: 'Label void',
  REFUSE_VOID: 'Voiding refused',
  SCAN_LABEL: 'Label scanned',
  DECLARE_WITHDRAWAL: 'Withdrawn from the contract',
  VERIFY_WITHDRAWAL: 'Withdrawal verified',
  REJECT_WITHDRAWAL: 'Withdrawal rejected',
  EXPIRE_WITHDRAWAL: 'Withdrawal not verified in time',
  OBJECT_TO_WITHDRAWAL: 'Objected to the withdrawal',
  REPORT_OVERDUE: 'Money overdue',
  COMPLETE_WITHDRAWAL: 'Withdrawal completed',
};

/** The names of payment methods are free text: what is not here is shown as it came in. */
const paymentMethod: Record<string, string> = {
  card: 'card',
  'bank slip': 'bank slip',
  'bank transfer': 'bank transfer',
  'direct debit': 'direct debit',
  'gift card': 'gift card',
  invoice: 'invoice',
  voucher: 'voucher',
};

const brokenDeadline: Record<BrokenDeadline, string> = {
  ANSWER: 'To decide on a request',
  SEND: 'To send the goods',
  ARRIVE: 'For the goods to arrive',
  INSPECT: 'To inspect the goods',
  REFUND: 'To pay back after a withdrawal',
};

export const ENUM_LABELS = {
  action,
  adjustmentKind,
  atDeadline,
  basis,
  bearer,
  brokenDeadline,
  cancellationAtDeadline,
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
  paymentMethod,
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
  termsDeadline,
  transaction,
  waitingOn,
  withdrawalStatus,
} as const;

/** The labels of another language: the same kinds with the same members. */
export type EnumLabels = {
  [Kind in keyof typeof ENUM_LABELS]: Record<keyof (typeof ENUM_LABELS)[Kind], string>;
};
