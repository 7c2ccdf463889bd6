import { en } from './en';
import type { Translation } from './translation';

export const english: Translation = {
  texts: en,
  refusals: {
    NOT_FOUND: 'This does not exist, or you do not have access to it.',
    ROLE_NOT_ALLOWED: 'You are not allowed to do this.',
    WRONG_STATUS: 'The current status does not allow this.',
    STALE_VERSION: 'This has changed in the meantime. Please look at it again.',
    DUPLICATE_ITEM: 'The same item is listed twice.',
    TOO_MANY_UNITS: 'There are not that many units of this item left. Select fewer.',
    REQUEST_OPEN: 'This item is part of an open request. Wait for the decision, or withdraw the request.',
    WITHDRAWN_TOO_OFTEN:
      'Requests for this item have been withdrawn too often today. Try again tomorrow, or contact the marketplace.',
    NO_UNITS_LEFT: 'Every unit of this item is already canceled, returned or part of an open request.',
    UNITS_NOT_HELD: 'The request does not include that many units of this item.',
    PACKAGE_HAS_LEFT: 'The package has already been shipped, so it can no longer be canceled like this.',
    PACKAGE_HAS_NOT_LEFT: 'The package has not been shipped yet.',
    PACKAGE_DELIVERED:
      'The package has been delivered and cannot be recalled. The customer or the marketplace can convert the request to a return; it can also be rejected.',
    PACKAGE_NOT_WHOLE:
      'The package has been shipped and is recalled only as a whole. Convert the request to a return, or reject it.',
    CANCELLATION_WAITING:
      'A cancellation of units in this package waits to be decided. Hold the package back until then, or confirm that it is shipped all the same.',
    PACKAGE_EMPTY: 'This package has nothing left to ship.',
    PACKAGE_NOT_EMPTY: 'This package still has something to ship.',
    SELLER_HAS_SHIPPED:
      'The seller has already shipped another part of this order. Only the marketplace can still cancel this part, with a note.',
    RETURN_WINDOW_CLOSED: 'The return period is over.',
    REASON_UNKNOWN: 'Select a reason.',
    REASON_INACTIVE: 'This reason is no longer available. Select another one.',
    REASON_WRONG_TYPE: 'This reason no longer fits the item. Select another one.',
    REASON_WRONG_AUDIENCE: 'This reason is not offered to you. Select another one.',
    REQUEST_OF_OTHER_ROLE: 'Another party has opened this request, so you cannot withdraw it.',
    POLICY_NOT_ACCEPTED: 'Read and accept the Return Policy.',
    POLICY_OUTDATED: 'The Return Policy has changed. Read and accept the new one.',
    CONFIRMATION_REQUIRED: 'Canceling cannot be undone. Please confirm it.',
    PLAN_EXISTS: 'This cancellation has already been applied.',
    PLAN_NOT_WAITING: 'This cancellation has not been applied yet, so it cannot be confirmed.',
    PLAN_NOT_WITH_SELLER: 'This cancellation is not waiting for the seller.',
    MONEY_RELEASED: 'The money no longer waits for the goods.',
    MONEY_HELD: 'The money waits for the goods.',
    GOODS_UNDER_WAY: 'The goods have been sent already.',
    GOODS_NOT_UNDER_WAY: 'The goods have not been sent yet.',
    RETURNS_OFF: 'There are no return settings.',
    PROOF_REQUIRED: 'Give the tracking number or the proof of drop-off.',
    UNITS_NOT_EXPECTED: 'That many units of this item are not expected.',
    NOTHING_MISSING: 'No unit of this return is missing.',
    UNITS_NOT_GRADED: 'Grade each unit that arrived exactly once.',
    UNITS_LEFT_TO_PAY: 'At least one unit is to be paid back.',
    DEDUCTION_TOO_HIGH: 'The deduction is larger than what the units bring.',
    REFUNDS_NOT_DONE: 'Not every refund is done yet.',
    REJECTION_REASON_REQUIRED: 'Say why you reject the request. The customer will read it.',
    REST_REASON_REQUIRED: 'Say why you do not accept the rest. The customer will read it.',
    REFERENCE_REQUIRED: 'Enter the reference of the payment.',
    NOT_DUE: 'This is still in progress. Please try again in a moment.',
  },
};
