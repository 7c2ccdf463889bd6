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
    """The role of the person or program that acts."""

    CUSTOMER = "CUSTOMER", "A person who buys. A customer sees their own orders only."
    SELLER = "SELLER", "A seller, who fulfills a part of an order and sees only that part."
    OWNER = "OWNER", "The owner of the marketplace, who sees everything."
    SYSTEM = "SYSTEM", "Retour itself: it confirms automatically, sends refunds and completes."


class Subject(Word):
    """The things that have a lifecycle of their own."""

    PACKAGE = "PACKAGE", "A package that one seller sends."
    REQUEST = "REQUEST", "A request to cancel or to return some units of one seller."
    PLAN = "PLAN", "The decision about the money of one request."
    REFUND = "REFUND", "One movement of money back to one payment."


class TransactionType(Word):
    """The two types of a request and its plan: a cancellation before shipping, or a return after it."""

    CANCEL = "CANCEL", "A cancellation: the package has not been shipped, and the units are never sent."
    REFUND = "REFUND", "A return: the package has been shipped, and the units come back."


class Rest(Word):
    """What becomes of the units of a request that its decision does not accept."""

    RELEASE = "RELEASE", "They are not canceled or returned: the customer keeps them, and may ask for them again."
    KEEP_WAITING = "KEEP_WAITING", "They wait to be decided later, in a request of their own."


class PackageStatus(Word):
    """The status of a package on its way to the customer."""

    PREPARING = "PREPARING", "The seller is packing the package."
    READY_TO_SHIP = "READY_TO_SHIP", "The package is packed and waits for the carrier."
    SHIPPED = "SHIPPED", "The carrier has the package."
    DELIVERED = "DELIVERED", "The customer has the package."
    DELIVERY_FAILED = "DELIVERY_FAILED", "The carrier could not deliver the package."
    CANCELED = "CANCELED", "The package is closed, because no unit is left to send in it."


UNSENT = frozenset({PackageStatus.PREPARING, PackageStatus.READY_TO_SHIP})
"""The package has not left."""
SENT = frozenset({PackageStatus.SHIPPED, PackageStatus.DELIVERED, PackageStatus.DELIVERY_FAILED})
"""The package has left, wherever it is now."""


class OrderStatus(Word):
    """The status of an order, or of one seller's part of it. It is derived from packages and units."""

    WAITING_PACKAGING = "WAITING_PACKAGING", "No package has been handed to the carrier."
    SHIPPING = "SHIPPING", "At least one package has been handed to the carrier."
    DELIVERED = "DELIVERED", "Every package that was sent has been delivered."
    CANCELED = "CANCELED", "Every unit was canceled."
    REFUNDED = "REFUNDED", "The customer has no unit left, and at least one was returned."


class RequestStatus(Word):
    """The status of a request."""

    WAITING = "WAITING", "The request waits for a decision; `waitingOn` says whose."
    APPROVED = "APPROVED", "The request is approved, and the money is on its way back."
    COMPLETED = "COMPLETED", "The money has been paid back."
    REJECTED = "REJECTED", "The seller or the owner has rejected the request."
    WITHDRAWN = "WITHDRAWN", "The request was withdrawn before it was decided."
    EXPIRED = "EXPIRED", "The time to decide passed without a decision."
    CONVERTED = "CONVERTED", "The package was shipped while the request waited, and a return goes on in its place."


class PlanStatus(Word):
    """The status of a plan, which is the decision about the money of one request."""

    WAITING = "WAITING", "The owner has applied the cancellation, and Retour will confirm it automatically."
    CONFIRMATION_WAITING = (
        "CONFIRMATION_WAITING",
        "The package has been shipped, so the seller is to confirm the plan, and to recall the package.",
    )
    APPROVED = "APPROVED", "The plan is approved, and its refunds are under way."
    COMPLETED = "COMPLETED", "Every refund has succeeded or was settled by hand."
    REJECTED = "REJECTED", "The seller rejected the plan after the package had been shipped."
    VOIDED = "VOIDED", "The request ended before the plan was approved."


LIVE_PLANS = frozenset({PlanStatus.WAITING, PlanStatus.CONFIRMATION_WAITING, PlanStatus.APPROVED})
"""The plan may still move money."""
RELEASED_PLANS = frozenset({PlanStatus.APPROVED, PlanStatus.COMPLETED})
"""The plan's money goes back, or has."""


class RefundStatus(Word):
    """The status of one refund."""

    PENDING = "PENDING", "The refund waits to be sent to the gateway."
    PROCESSING = "PROCESSING", "The refund is being sent, or the gateway has accepted it and has yet to pay."
    UNKNOWN = "UNKNOWN", "The gateway's answer was lost. Retour asks the gateway before it sends anything again."
    SUCCEEDED = "SUCCEEDED", "The gateway has paid. In rare cases the bank sends the money back days later."
    FAILED = (
        "FAILED",
        "The gateway has refused the refund, or the bank has sent the money back. The owner may retry it or settle it"
        " by hand.",
    )
    SETTLED_MANUALLY = "SETTLED_MANUALLY", "The owner has paid outside the gateway and recorded a reference."


PAID_REFUNDS = frozenset({RefundStatus.SUCCEEDED, RefundStatus.SETTLED_MANUALLY})
"""The customer has the money."""


class RefundState(Word):
    """The state of all refunds of a plan together. It is derived from their statuses."""

    NONE = "NONE", "The plan has no refund, or none yet."
    IN_PROGRESS = "IN_PROGRESS", "At least one refund is under way."
    NEEDS_ATTENTION = "NEEDS_ATTENTION", "At least one refund has failed: retry it or settle it by hand."
    DONE = "DONE", "Every refund has succeeded or was settled by hand."


class ReasonAudience(Word):
    """The people whom a reason is for: it is offered to them, and their requests may name it."""

    CUSTOMER = "CUSTOMER", "Customers may choose the reason for what they have bought."
    SELLER = "SELLER", "Sellers may choose the reason when they cancel what they cannot send."
    OWNER = "OWNER", "The owner of the marketplace may choose the reason on a customer's behalf."


class WaitingOn(Word):
    """The party that is expected to act on a request."""

    OWNER = "OWNER", "The owner is expected to decide: on a cancellation, or because a deadline has passed."
    SELLER = "SELLER", "The seller is expected to confirm or to reject."
    CUSTOMER = "CUSTOMER", "The customer is expected to act."
    SYSTEM = "SYSTEM", "Retour acts by itself."
    NONE = "NONE", "Nobody is expected to act: the request has ended."


class ItemStatus(Word):
    """The status of an order item. It is derived from the numbers of its units."""

    ACTIVE = "ACTIVE", "All units are as ordered."
    CANCEL_REQUESTED = "CANCEL_REQUESTED", "Some units are part of a cancellation that is not decided yet."
    RETURN_REQUESTED = "RETURN_REQUESTED", "Some units are part of a return that is not completed yet."
    PARTLY_CANCELED = "PARTLY_CANCELED", "Some units were canceled."
    PARTLY_RETURNED = "PARTLY_RETURNED", "Some units were returned."
    CANCELED = "CANCELED", "Every unit was canceled."
    RETURNED = "RETURNED", "No unit is left, and at least one was returned."


class Advice(Word):
    """What somebody should know of a package before it is handed to the carrier."""

    CANCELLATION_WAITING = (
        "CANCELLATION_WAITING",
        "A cancellation of units in this package waits, so the package should not leave before it is decided.",
    )


class DeliveryState(Word):
    """The state of the delivery of one event to one webhook endpoint."""

    PENDING = "PENDING", "The delivery waits to be sent, or to be sent again."
    DELIVERED = "DELIVERED", "The endpoint has answered with a status of 2xx."
    FAILED = "FAILED", "The last try has failed. Replay the delivery once the endpoint works again."


class Action(Word):
    """The actions that move a subject from status to status. An action for people has a mutation of the same name."""

    CREATE_ORDER = "CREATE_ORDER", "Create a paid order."
    IMPORT_ORDER = "IMPORT_ORDER", "Import an order from another system, with its packages as they stand."
    UPDATE_PACKAGE_STATUS = "UPDATE_PACKAGE_STATUS", "Move a package to another status."
    ASSUME_DELIVERY = "ASSUME_DELIVERY", "Count a package as delivered though nobody has reported when."
    CANCEL_PACKAGE = "CANCEL_PACKAGE", "Close a package that has no unit left to send."
    REQUEST_RETURN = "REQUEST_RETURN", "Request that units be canceled or returned."
    WITHDRAW_REQUEST = "WITHDRAW_REQUEST", "Withdraw a request that is not decided yet."
    APPLY_CANCELLATION = (
        "APPLY_CANCELLATION",
        "Decide that units are canceled, or open a return on a customer's behalf.",
    )
    AUTO_CONFIRM = "AUTO_CONFIRM", "Confirm a cancellation whose package has not been shipped."
    ASK_SELLER = "ASK_SELLER", "Ask the seller to confirm a cancellation whose package has been shipped."
    CONFIRM_REQUEST = "CONFIRM_REQUEST", "Confirm a return, or the cancellation of a package that has been shipped."
    REJECT_REQUEST = "REJECT_REQUEST", "Reject a request."
    CONVERT_TO_RETURN = (
        "CONVERT_TO_RETURN",
        "Turn a waiting cancellation whose package has been shipped into a return.",
    )
    OPEN_SUCCESSOR = "OPEN_SUCCESSOR", "Open a request that goes on with what a decision has left of another."
    REMIND_REQUEST = "REMIND_REQUEST", "Remind the party that has not decided on a request in time."
    ESCALATE_REQUEST = "ESCALATE_REQUEST", "Hand a request that was not decided in time to the owner."
    EXPIRE_REQUEST = "EXPIRE_REQUEST", "Close a request that was not decided in time."
    VOID_PLAN = "VOID_PLAN", "Void a plan whose request has ended."
    COMPLETE_PLAN = "COMPLETE_PLAN", "Complete a plan that is paid in full."
    COMPLETE_REQUEST = "COMPLETE_REQUEST", "Complete a request whose plan is paid in full."
    CREATE_REFUND = "CREATE_REFUND", "Create the refund of one payment's part of an approved plan."
    SEND_REFUND = "SEND_REFUND", "Lease a refund to a worker, which sends it to the gateway."
    SUCCEED_REFUND = "SUCCEED_REFUND", "Record that the gateway has paid."
    FAIL_REFUND = "FAIL_REFUND", "Record that the gateway has refused the refund."
    LOSE_REFUND = "LOSE_REFUND", "Record that the gateway's answer was lost."
    CHECK_REFUND = "CHECK_REFUND", "Ask the gateway again about a refund that it has accepted."
    BOUNCE_REFUND = "BOUNCE_REFUND", "Record that the bank has sent a paid refund back."
    RETRY_REFUND = "RETRY_REFUND", "Send a failed refund again."
    SETTLE_REFUND = "SETTLE_REFUND", "Record that a refund was paid outside the gateway."


class AtDeadline(Word):
    """What Retour does by itself when nobody has decided on a request by its deadline."""

    REMIND = "REMIND", "The party that has not decided is reminded, and the request keeps waiting."
    ESCALATE = "ESCALATE", "The request waits for the owner from now on."
    APPROVE = "APPROVE", "The cancellation is applied, or the return is confirmed."
    REJECT = "REJECT", "The request is rejected, with a sentence that the customer reads."
    EXPIRE = "EXPIRE", "The request is closed without a decision."


class Effect(Word):
    """What an edge writes besides the new status of its subject."""

    HOLD_UNITS = "HOLD_UNITS", "The requested units are held."
    RELEASE_UNITS = "RELEASE_UNITS", "The held units are free again."
    CANCEL_UNITS = "CANCEL_UNITS", "The held units are canceled, and a package with no unit left is closed."
    RETURN_UNITS = "RETURN_UNITS", "The held units count as returned."
    KEEP_ACCEPTED_UNITS = (
        "KEEP_ACCEPTED_UNITS",
        "The numbers of accepted units are fixed, and the units that were not accepted are free again.",
    )
    OPEN_PLAN = (
        "OPEN_PLAN",
        "A plan is opened with status Waiting, or Confirmation waiting if a package has been shipped; its amounts are a"
        " quote.",
    )
    OPEN_APPROVED_PLAN = (
        "OPEN_APPROVED_PLAN",
        "A plan of type Refund is opened with status Approved; its amounts are calculated and fixed.",
    )
    APPROVE_PLAN = "APPROVE_PLAN", "The plan is approved."
    CLOSE_PLAN = "CLOSE_PLAN", "The plan, if the request has one, is rejected or voided."
    START_RETURN = "START_RETURN", "The start of the return is recorded."
    PRICE_PLAN = "PRICE_PLAN", "The plan's amounts are calculated again, on what was paid back before it, and fixed."
    CREATE_REFUNDS = "CREATE_REFUNDS", "The total is split over the payments, one pending refund each."
    STAMP_SHIPPED = "STAMP_SHIPPED", "The time of shipping is recorded, with the tracking number."
    STAMP_DELIVERED = "STAMP_DELIVERED", "The time of delivery is recorded, and the return window starts."
    ASSUME_DELIVERED = (
        "ASSUME_DELIVERED",
        "A time of delivery is assumed, and the return window starts at it; a later report corrects both.",
    )
    UNSTAMP_DELIVERED = "UNSTAMP_DELIVERED", "The assumed time of delivery and its return window are taken back."
    STAMP_REMINDED = "STAMP_REMINDED", "The time of the reminder is recorded."
    STAMP_ESCALATED = "STAMP_ESCALATED", "The time is recorded, and the request waits for the owner."
    COMPLETE_PLAN = "COMPLETE_PLAN", "The plan is completed if all its refunds are done."
    COMPLETE_REQUEST = "COMPLETE_REQUEST", "The request is completed."
    UNCOUNT_REFUND = "UNCOUNT_REFUND", "The money no longer counts as refunded. Request and plan stay as decided."
    AGGREGATE = "AGGREGATE", "The seller's part and the order take the status that follows from packages and units."


class Refusal(Word):
    """Why a command was refused. The code is for programs; the sentence of each refusal is for people."""

    NOT_FOUND = "NOT_FOUND", "The object does not exist, or you may not see it."
    ROLE_NOT_ALLOWED = "ROLE_NOT_ALLOWED", "Your role may not do this."
    WRONG_STATUS = "WRONG_STATUS", "The present status does not allow this."
    STALE_VERSION = "STALE_VERSION", "The object has changed since you last read it: read it again and decide again."
    IDEMPOTENCY_KEY_REUSED = (
        "IDEMPOTENCY_KEY_REUSED",
        "The idempotency key was used before with another input: send a new key with a new command.",
    )
    INVALID_INPUT = "INVALID_INPUT", "A value is malformed, too long or missing."
    CONTRADICTORY_INPUT = "CONTRADICTORY_INPUT", "Two inputs contradict each other."
    ORDER_EXISTS = "ORDER_EXISTS", "An order with this number already exists."
    DUPLICATE_ITEM = "DUPLICATE_ITEM", "The list names the same item twice."
    QUANTITY_NOT_POSITIVE = "QUANTITY_NOT_POSITIVE", "The quantity must be at least one unit."
    TOO_MANY_UNITS = "TOO_MANY_UNITS", "The quantity is larger than the number of free units."
    REQUEST_OPEN = "REQUEST_OPEN", "The item is part of an open request."
    NO_UNITS_LEFT = "NO_UNITS_LEFT", "The item has no free unit."
    UNITS_NOT_HELD = "UNITS_NOT_HELD", "The quantity is larger than what the request holds of the item."
    PACKAGE_HAS_LEFT = "PACKAGE_HAS_LEFT", "The package has been shipped, or closed."
    PACKAGE_HAS_NOT_LEFT = "PACKAGE_HAS_NOT_LEFT", "The package has not been shipped."
    PACKAGE_DELIVERED = "PACKAGE_DELIVERED", "The package has been delivered."
    PACKAGE_NOT_WHOLE = "PACKAGE_NOT_WHOLE", "A package that has left is recalled as a whole or not at all."
    CANCELLATION_WAITING = "CANCELLATION_WAITING", "A cancellation of units in this package waits to be decided."
    PACKAGE_EMPTY = "PACKAGE_EMPTY", "The package has no unit left to send."
    PACKAGE_NOT_EMPTY = "PACKAGE_NOT_EMPTY", "The package still has units to send."
    SELLER_HAS_SHIPPED = "SELLER_HAS_SHIPPED", "The seller has already shipped a package of this order."
    RETURN_WINDOW_CLOSED = "RETURN_WINDOW_CLOSED", "The return window of the item has closed."
    REASON_UNKNOWN = "REASON_UNKNOWN", "The reason does not exist."
    REASON_INACTIVE = "REASON_INACTIVE", "The reason is no longer offered."
    REASON_WRONG_TYPE = "REASON_WRONG_TYPE", "The reason is for the other transaction type."
    REASON_WRONG_AUDIENCE = "REASON_WRONG_AUDIENCE", "The reason is not offered to your role."
    REASON_IN_USE = "REASON_IN_USE", "Requests name the reason, so its transaction type stays as it is."
    WITHDRAWN_TOO_OFTEN = "WITHDRAWN_TOO_OFTEN", "Requests for the item have been withdrawn too often within a day."
    REQUEST_OF_OTHER_ROLE = "REQUEST_OF_OTHER_ROLE", "Another role has opened the request."
    NOTE_REQUIRED = "NOTE_REQUIRED", "A note is required."
    POLICY_NOT_ACCEPTED = "POLICY_NOT_ACCEPTED", "The return policy must be accepted."
    POLICY_OUTDATED = "POLICY_OUTDATED", "Another version of the return policy is in force."
    CONFIRMATION_REQUIRED = "CONFIRMATION_REQUIRED", "The decision must be confirmed."
    PLAN_EXISTS = "PLAN_EXISTS", "The request already has a plan."
    PLAN_NOT_WAITING = "PLAN_NOT_WAITING", "The request has no waiting plan."
    PLAN_NOT_WITH_SELLER = "PLAN_NOT_WITH_SELLER", "The plan does not wait for the seller."
    PLAN_NOT_COMPLETED = "PLAN_NOT_COMPLETED", "The plan is not completed."
    REFUNDS_NOT_DONE = "REFUNDS_NOT_DONE", "At least one refund is not done."
    REJECTION_REASON_REQUIRED = "REJECTION_REASON_REQUIRED", "A reason for the rejection is required."
    REST_REASON_REQUIRED = "REST_REASON_REQUIRED", "A reason why the rest is not accepted is required."
    REFERENCE_REQUIRED = "REFERENCE_REQUIRED", "A reference to the payment outside the gateway is required."
    NOT_DUE = "NOT_DUE", "This is not due yet."
    ADDRESS_NOT_ALLOWED = "ADDRESS_NOT_ALLOWED", "Webhooks may not be sent to this address."
    ENDPOINT_EXISTS = "ENDPOINT_EXISTS", "An endpoint with this address already exists."
