"""The words of the domain. Every member carries its one-line meaning, which the API shows as its description."""

from enum import StrEnum


class Word(StrEnum):
    """A string enum whose members say what they mean."""

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> "Word":
        word = str.__new__(cls, value)
        word._value_ = value
        word.meaning = meaning
        return word

    @property
    def label(self) -> str:
        """The word as a person writes it: `READY_TO_SHIP` is "Ready to ship"."""
        return self.value.replace("_", " ").capitalize()


class Role(Word):
    """Who acts."""

    CUSTOMER = "CUSTOMER", "Who bought the order."
    SELLER = "SELLER", "Who fulfils a part of the order, and sees only that part."
    OWNER = "OWNER", "Who runs the marketplace, and sees everything."
    SYSTEM = "SYSTEM", "Retour itself: automatic confirmation, refunds, completion."


class Subject(Word):
    """What has a lifecycle of its own."""

    PACKAGE = "PACKAGE", "A parcel of one seller."
    REQUEST = "REQUEST", "What a customer asks for: to cancel or to return some units of one seller."
    PLAN = "PLAN", "The decision about the money of one request."
    REFUND = "REFUND", "One movement of money back to one payment."


class TransactionType(Word):
    """The two ways back."""

    CANCEL = "CANCEL", "The parcel has not left: the units are never sent."
    REFUND = "REFUND", "The parcel has left: the units come back."


class PackageStatus(Word):
    """Where a parcel is."""

    PREPARING = "PREPARING", "The seller is putting the parcel together."
    READY_TO_SHIP = "READY_TO_SHIP", "The parcel is packed and waits for the carrier."
    SHIPPED = "SHIPPED", "The carrier has the parcel."
    DELIVERED = "DELIVERED", "The customer has the parcel."
    DELIVERY_FAILED = "DELIVERY_FAILED", "The carrier could not deliver the parcel."
    CANCELED = "CANCELED", "Nothing is left to send."


class OrderStatus(Word):
    """How far an order, or one seller's part of it, has come. Derived from its packages and units."""

    WAITING_PACKAGING = "WAITING_PACKAGING", "No parcel has been handed to the carrier."
    SHIPPING = "SHIPPING", "At least one parcel has been handed to the carrier."
    DELIVERED = "DELIVERED", "Every parcel that was sent has arrived."
    CANCELED = "CANCELED", "Every unit was canceled."
    REFUNDED = "REFUNDED", "No unit is left with the customer, and at least one came back."


class RequestStatus(Word):
    """How far a request has come."""

    WAITING = "WAITING", "Somebody has yet to decide; `waitingOn` says who."
    APPROVED = "APPROVED", "Agreed; the money is on its way back."
    COMPLETED = "COMPLETED", "The money has gone back."
    REJECTED = "REJECTED", "The seller or the owner said no."
    WITHDRAWN = "WITHDRAWN", "The customer took the request back."
    EXPIRED = "EXPIRED", "Nobody decided in time."


class PlanStatus(Word):
    """How far the decision about the money has come."""

    WAITING = "WAITING", "The owner has applied it; Seller Center confirms next."
    CONFIRMATION_WAITING = "CONFIRMATION_WAITING", "The parcel left meanwhile; the seller must confirm."
    APPROVED = "APPROVED", "Agreed; refunds are under way."
    COMPLETED = "COMPLETED", "Every refund has succeeded or was settled by hand."
    REJECTED = "REJECTED", "The seller said no after the parcel had left."
    VOIDED = "VOIDED", "The request ended before the plan was approved."


class RefundStatus(Word):
    """How far one movement of money has come."""

    PENDING = "PENDING", "To be sent to the gateway."
    PROCESSING = "PROCESSING", "Being sent to the gateway, or accepted there and not final yet."
    UNKNOWN = "UNKNOWN", "The gateway's answer was lost; it is asked before anything is sent again."
    SUCCEEDED = "SUCCEEDED", "The gateway has paid. Rarely, days later, the bank sends the money back."
    FAILED = (
        "FAILED",
        "The gateway has refused, or the bank sent the money back; the owner may retry or settle by hand.",
    )
    SETTLED_MANUALLY = "SETTLED_MANUALLY", "Paid outside the gateway, with a reference."


class RefundState(Word):
    """All refunds of a plan, in one word. Derived."""

    NONE = "NONE", "Nothing is to be paid yet, or at all."
    IN_PROGRESS = "IN_PROGRESS", "At least one refund is under way."
    NEEDS_ATTENTION = "NEEDS_ATTENTION", "At least one refund failed: retry it or settle it by hand."
    DONE = "DONE", "Every refund has succeeded or was settled by hand."


class WaitingOn(Word):
    """Who is expected to act on a request."""

    OWNER = "OWNER", "The marketplace owner is to apply or reject."
    SELLER = "SELLER", "The seller is to confirm or reject."
    CUSTOMER = "CUSTOMER", "The customer is to act."
    SYSTEM = "SYSTEM", "Retour acts by itself."
    NONE = "NONE", "Nobody: the request is over."


class ItemStatus(Word):
    """What a line shows, derived from its ledger of units and its package."""

    ACTIVE = "ACTIVE", "All units are as ordered."
    CANCEL_REQUESTED = "CANCEL_REQUESTED", "Some units wait for a cancellation to be decided."
    RETURN_REQUESTED = "RETURN_REQUESTED", "Some units wait for a return to be decided or paid."
    PARTLY_CANCELED = "PARTLY_CANCELED", "Some units were canceled."
    PARTLY_RETURNED = "PARTLY_RETURNED", "Some units were returned."
    CANCELED = "CANCELED", "Every unit was canceled."
    RETURNED = "RETURNED", "No unit is left, and at least one was returned."


class DeliveryState(Word):
    """How far the telling of one event to one webhook endpoint has come."""

    PENDING = "PENDING", "To be sent, or to be sent again."
    DELIVERED = "DELIVERED", "The endpoint has answered with a status of 2xx."
    FAILED = "FAILED", "Given up after the last try: replay it once the endpoint is well."


class Action(Word):
    """What can be done. Those a person may take have a mutation of the same name."""

    CREATE_ORDER = "CREATE_ORDER", "Take in a paid order."
    IMPORT_ORDER = "IMPORT_ORDER", "Take in an order from another system, as it stands."
    UPDATE_PACKAGE_STATUS = "UPDATE_PACKAGE_STATUS", "Move a parcel on."
    CANCEL_PACKAGE = "CANCEL_PACKAGE", "Close a parcel that has nothing left to send."
    REQUEST_RETURN = "REQUEST_RETURN", "Ask to cancel or return units."
    WITHDRAW_REQUEST = "WITHDRAW_REQUEST", "Take a request back."
    APPLY_CANCELLATION = (
        "APPLY_CANCELLATION",
        "Decide that units are canceled, or open a return for a customer.",
    )
    AUTO_CONFIRM = "AUTO_CONFIRM", "Confirm a cancellation whose parcel has not left."
    ASK_SELLER = "ASK_SELLER", "Hand a cancellation to the seller because the parcel has left."
    CONFIRM_REQUEST = "CONFIRM_REQUEST", "Agree to a return, or to a cancellation of a parcel that has left."
    REJECT_REQUEST = "REJECT_REQUEST", "Refuse a request."
    EXPIRE_REQUEST = "EXPIRE_REQUEST", "Close a request that nobody decided in time."
    VOID_PLAN = "VOID_PLAN", "Drop a plan whose request has ended."
    COMPLETE_PLAN = "COMPLETE_PLAN", "Close a plan that is paid in full."
    COMPLETE_REQUEST = "COMPLETE_REQUEST", "Close a request whose plan is paid in full."
    CREATE_REFUND = "CREATE_REFUND", "Owe one payment its part of an approved plan."
    SEND_REFUND = "SEND_REFUND", "Lease a refund for a call to its gateway."
    SUCCEED_REFUND = "SUCCEED_REFUND", "Record that the gateway has paid."
    FAIL_REFUND = "FAIL_REFUND", "Record that the gateway has refused."
    LOSE_REFUND = "LOSE_REFUND", "Record that the gateway's answer was lost."
    CHECK_REFUND = "CHECK_REFUND", "Ask the gateway again about a refund that it has accepted."
    BOUNCE_REFUND = "BOUNCE_REFUND", "Record that the bank has sent a paid refund back."
    RETRY_REFUND = "RETRY_REFUND", "Send a failed refund again."
    SETTLE_REFUND = "SETTLE_REFUND", "Record that a refund was paid outside the gateway."


class Effect(Word):
    """What an edge does besides changing its subject's status; each is a set of rows."""

    HOLD_UNITS = "HOLD_UNITS", "The units asked for are held."
    RELEASE_UNITS = "RELEASE_UNITS", "The held units are free again."
    CANCEL_UNITS = "CANCEL_UNITS", "The held units are canceled; a parcel with nothing left is closed."
    RETURN_UNITS = "RETURN_UNITS", "The held units count as returned."
    KEEP_ACCEPTED_UNITS = "KEEP_ACCEPTED_UNITS", "Units that the seller did not accept are free again."
    OPEN_PLAN = "OPEN_PLAN", "A plan is priced, frozen and opened, Waiting."
    OPEN_APPROVED_PLAN = "OPEN_APPROVED_PLAN", "A plan of type Refund is priced and opened, Approved."
    APPROVE_PLAN = "APPROVE_PLAN", "The plan is approved."
    CLOSE_PLAN = "CLOSE_PLAN", "The plan, if there is one, is rejected or voided."
    START_RETURN = "START_RETURN", "The return begins."
    CREATE_REFUNDS = "CREATE_REFUNDS", "The total is spread over the payments, one pending refund each."
    STAMP_SHIPPED = "STAMP_SHIPPED", "The hand-over to the carrier is recorded, with its tracking number."
    STAMP_DELIVERED = "STAMP_DELIVERED", "The delivery is recorded; the return window starts."
    COMPLETE_PLAN = "COMPLETE_PLAN", "The plan is completed when all its refunds are done."
    COMPLETE_REQUEST = "COMPLETE_REQUEST", "The request is completed."
    UNCOUNT_REFUND = "UNCOUNT_REFUND", "The money no longer counts as refunded; what was decided stays decided."
    AGGREGATE = "AGGREGATE", "The seller's part and the order take the status of their packages and units."


class Refusal(Word):
    """Why an ask was refused. The code is for programs; the sentence of each refusal is for people."""

    NOT_FOUND = "NOT_FOUND", "There is no such thing, or it is not yours to see."
    ROLE_NOT_ALLOWED = "ROLE_NOT_ALLOWED", "This is not for your role to do."
    WRONG_STATUS = "WRONG_STATUS", "The status does not allow this."
    STALE_VERSION = "STALE_VERSION", "It has changed since you last saw it."
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED", "This key was used before with another input."
    INVALID_INPUT = "INVALID_INPUT", "A value is malformed, too long or missing."
    CONTRADICTORY_INPUT = "CONTRADICTORY_INPUT", "Two inputs do not go together."
    ORDER_EXISTS = "ORDER_EXISTS", "There is an order of this number already."
    DUPLICATE_ITEM = "DUPLICATE_ITEM", "The same item stands in the list twice."
    QUANTITY_NOT_POSITIVE = "QUANTITY_NOT_POSITIVE", "At least one unit is needed."
    TOO_MANY_UNITS = "TOO_MANY_UNITS", "More units than are free."
    REQUEST_OPEN = "REQUEST_OPEN", "The item is part of an open request."
    NO_UNITS_LEFT = "NO_UNITS_LEFT", "No unit is free."
    UNITS_NOT_HELD = "UNITS_NOT_HELD", "More units than the request holds."
    PACKAGE_HAS_LEFT = "PACKAGE_HAS_LEFT", "The parcel has left."
    PACKAGE_HAS_NOT_LEFT = "PACKAGE_HAS_NOT_LEFT", "The parcel has not left."
    PACKAGE_DELIVERED = "PACKAGE_DELIVERED", "The parcel has arrived."
    PACKAGE_EMPTY = "PACKAGE_EMPTY", "The parcel has nothing left to send."
    PACKAGE_NOT_EMPTY = "PACKAGE_NOT_EMPTY", "The parcel still has units to send."
    SELLER_HAS_SHIPPED = "SELLER_HAS_SHIPPED", "The seller has handed over a parcel of this order."
    RETURN_WINDOW_CLOSED = "RETURN_WINDOW_CLOSED", "The time for returning is over."
    REASON_UNKNOWN = "REASON_UNKNOWN", "There is no such reason."
    REASON_INACTIVE = "REASON_INACTIVE", "The reason is no longer offered."
    REASON_WRONG_TYPE = "REASON_WRONG_TYPE", "The reason is for the other kind of request."
    NOTE_REQUIRED = "NOTE_REQUIRED", "A note is needed."
    POLICY_NOT_ACCEPTED = "POLICY_NOT_ACCEPTED", "The return policy must be accepted."
    POLICY_OUTDATED = "POLICY_OUTDATED", "Another version of the return policy is in force."
    CONFIRMATION_REQUIRED = "CONFIRMATION_REQUIRED", "The decision must be confirmed."
    PLAN_EXISTS = "PLAN_EXISTS", "There is a plan already."
    PLAN_NOT_WAITING = "PLAN_NOT_WAITING", "There is no waiting plan."
    PLAN_NOT_WITH_SELLER = "PLAN_NOT_WITH_SELLER", "The plan does not wait for the seller."
    PLAN_NOT_COMPLETED = "PLAN_NOT_COMPLETED", "The plan is not completed."
    REFUNDS_NOT_DONE = "REFUNDS_NOT_DONE", "Not every refund is done."
    REJECTION_REASON_REQUIRED = "REJECTION_REASON_REQUIRED", "The refusal needs a reason."
    REFERENCE_REQUIRED = "REFERENCE_REQUIRED", "An external reference is needed."
    NOT_DUE = "NOT_DUE", "It is not due yet."
    ADDRESS_NOT_ALLOWED = "ADDRESS_NOT_ALLOWED", "Webhooks are not sent to such an address."
    ENDPOINT_EXISTS = "ENDPOINT_EXISTS", "There is an endpoint at this address already."
