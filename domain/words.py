"""The words of the domain. Every member carries its one-line meaning, which the API shows as its description."""

from enum import StrEnum


class Word(StrEnum):
    """A string enum whose members say what they mean."""

    meaning: str
    __hash__ = str.__hash__  # as equal texts have; that of Enum is written in Python

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
    RETURN_SHIPMENT = "RETURN_SHIPMENT", "The goods of one return on their way back to the seller."
    LABEL = "LABEL", "One label of a return shipment: for one package, from one carrier."
    DISPUTE = "DISPUTE", "A payment that the customer disputes at the bank."


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
    APPROVED = (
        "APPROVED",
        "The request is approved: the money is on its way back, or it waits for the goods (`refundState: HELD`).",
    )
    COMPLETED = "COMPLETED", "The money has been paid back."
    REJECTED = "REJECTED", "The seller or the owner has rejected the request."
    WITHDRAWN = "WITHDRAWN", "The request was withdrawn before it was decided, or before the goods were sent."
    EXPIRED = "EXPIRED", "The time to decide, or to send the goods, passed."
    CONVERTED = "CONVERTED", "The package was shipped while the request waited, and a return goes on in its place."


class PlanStatus(Word):
    """The status of a plan, which is the decision about the money of one request."""

    WAITING = "WAITING", "The owner has applied the cancellation, and Retour will confirm it automatically."
    CONFIRMATION_WAITING = (
        "CONFIRMATION_WAITING",
        "The package has been shipped, so the seller is to confirm the plan, and to recall the package.",
    )
    APPROVED = "APPROVED", "The plan is approved, and its refunds are under way or wait for the goods."
    COMPLETED = "COMPLETED", "Every refund has succeeded or was settled by hand."
    REJECTED = "REJECTED", "The seller rejected the plan after the package had been shipped."
    VOIDED = "VOIDED", "The request ended before any money went back."


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
    SETTLED_MANUALLY = (
        "SETTLED_MANUALLY",
        "The money was paid outside of Retour, under a reference that the owner recorded or the gateway shows.",
    )


PAID_REFUNDS = frozenset({RefundStatus.SUCCEEDED, RefundStatus.SETTLED_MANUALLY})
"""The customer has the money."""


class DisputeStatus(Word):
    """The status of a disputed payment, as its gateway tells it."""

    INQUIRY = "INQUIRY", "The bank asks about the payment and has taken nothing. Refunds go on: they often end it."
    OPEN = "OPEN", "The bank has taken the money until it decides. Nothing is sent back to the payment meanwhile."
    WON = "WON", "The bank has decided for the marketplace, or the inquiry ended without a dispute."
    LOST = "LOST", "The bank has decided for the customer: the money went back as an external movement."


class MovementKind(Word):
    """How money went back to a payment outside of Retour."""

    REFUND = "REFUND", "Somebody paid it back: at the gateway, or before the order came in."
    DISPUTE = "DISPUTE", "The bank took it when the marketplace lost a dispute."


class RefundState(Word):
    """The state of all refunds of a plan together. It is derived from their statuses."""

    NONE = "NONE", "The plan has no refund, or none yet."
    HELD = "HELD", "The plan is approved, but its money waits for the goods; its amounts are a quote."
    IN_PROGRESS = "IN_PROGRESS", "At least one refund is under way."
    DISPUTED = (
        "DISPUTED",
        "The customer disputes the payment of at least one refund that is not paid: nothing more is sent to it until"
        " the bank has decided.",
    )
    NEEDS_ATTENTION = (
        "NEEDS_ATTENTION",
        "At least one refund has failed: retry it or settle it by hand. Or they fall short of the total: name the"
        " movement that paid the rest.",
    )
    DONE = "DONE", "Every refund has succeeded or was settled by hand."


class PlanOrigin(Word):
    """Where a plan comes from."""

    REQUEST = "REQUEST", "It decides a request that was made here, and its money goes back from here."
    INTAKE = "INTAKE", "It came in with its order: its money had gone back before, outside."


class ReasonAudience(Word):
    """The people whom a reason is for: it is offered to them, and their requests may name it."""

    CUSTOMER = "CUSTOMER", "Customers may choose the reason for what they have bought."
    SELLER = "SELLER", "Sellers may choose the reason when they cancel what they cannot send."
    OWNER = "OWNER", "The owner of the marketplace may choose the reason on a customer's behalf."


class AdjustmentKind(Word):
    """What a plan adds to the amounts of its lines, or keeps from them."""

    FEE = "FEE", "The marketplace's or the seller's rules keep this, whatever state the goods are in."
    DEDUCTION = "DEDUCTION", "The goods came back worth less, so this is kept of their amount."
    ALLOWANCE = "ALLOWANCE", "The customer keeps the goods and gets this for a defect, or as goodwill."
    SHIPPING = "SHIPPING", "The customer gets this of what shipping cost."
    REVERSAL = "REVERSAL", "A fee or a deduction of an earlier plan is given back, whole or in part."


class Bearer(Word):
    """The party that bears what a plan adds to the amounts of its lines, or that gets what it keeps from them."""

    SELLER = "SELLER", "The seller bears it, or gets it."
    OWNER = "OWNER", "The marketplace bears it, or gets it."
    CARRIER = "CARRIER", "The carrier is to make up for it."


class RefundTrigger(Word):
    """What must have happened before the money of a return goes back."""

    ON_CONFIRM = "ON_CONFIRM", "The money goes back as soon as the return is confirmed."
    ON_SHIPMENT = "ON_SHIPMENT", "The money goes back once somebody has checked the proof that the goods were sent."
    ON_RECEIPT = "ON_RECEIPT", "The money goes back once the goods have arrived."
    ON_INSPECTION = "ON_INSPECTION", "The money goes back once the goods have been inspected."


class ReturnMethod(Word):
    """How the goods of a return come back."""

    MAIL = "MAIL", "The customer sends the goods by mail."
    DROP_OFF = "DROP_OFF", "The customer brings the goods to a drop-off point."
    IN_STORE = "IN_STORE", "The customer brings the goods to a store."
    KEEP = "KEEP", "The goods are not wanted back: the customer keeps them."


class Basis(Word):
    """What a return is based on."""

    VOLUNTARY = "VOLUNTARY", "The marketplace takes goods back of its own will, as every request for a return asks."
    STATUTORY = "STATUTORY", "The law lets the customer withdraw from the contract."
    CONFORMITY = "CONFORMITY", "The goods are not what was sold, or are faulty."


class Exemption(Word):
    """Why an item is not taken back of the marketplace's own will."""

    FINAL_SALE = "FINAL_SALE", "The item was sold for good, such as in a clearance sale."
    HYGIENE = "HYGIENE", "The item is sealed for health or hygiene."
    CUSTOM_MADE = "CUSTOM_MADE", "The item was made for this customer."
    PERISHABLE = "PERISHABLE", "The item goes bad quickly."
    SEALED_MEDIA = "SEALED_MEDIA", "The item is a recording or software in a seal."
    DIGITAL = "DIGITAL", "The item is digital content, which is not sent back."
    SERVICE = "SERVICE", "The item is a service that has been rendered."


class TermsStatus(Word):
    """The status of a version of the terms."""

    DRAFT = "DRAFT", "The owner still writes it: it rules over nothing."
    PUBLISHED = "PUBLISHED", "It rules from its moment on, and is never changed."


class TermsFault(Word):
    """Why a rule of the terms decides on nothing."""

    EMPTY = "EMPTY", "Nothing can satisfy the conditions of the rule."
    SHADOWED = "SHADOWED", "One earlier rule matches everything that the rule matches."
    UNREACHABLE = "UNREACHABLE", "Earlier rules together match everything that the rule matches."


class ReturnKind(Word):
    """Who sends the goods of a return back."""

    BY_CUSTOMER = "BY_CUSTOMER", "The customer has the goods, and sends them."
    TO_SENDER = "TO_SENDER", "The carrier could not deliver the goods or was to stop them, and brings them back."


class ReturnStatus(Word):
    """The status of a return shipment."""

    AWAITING = "AWAITING", "The goods are with the customer, who is to send them."
    IN_TRANSIT = "IN_TRANSIT", "The goods are on their way."
    RECEIVED = "RECEIVED", "The goods have arrived, and wait to be inspected."
    INSPECTED = "INSPECTED", "Each unit that arrived has been graded."
    LOST = "LOST", "The goods were sent, but have not arrived."
    WAIVED = "WAIVED", "The goods are no longer wanted, or no longer inspected: the money goes back without."
    EXPIRED = "EXPIRED", "The customer did not send the goods in time."
    CANCELED = (
        "CANCELED",
        "The return was withdrawn, or was rejected because the goods were lost: they are no longer expected.",
    )


class LabelStatus(Word):
    """The status of a label for one package of a return shipment."""

    PENDING = "PENDING", "The label waits to be bought."
    PROCESSING = "PROCESSING", "A worker is buying the label."
    UNKNOWN = "UNKNOWN", "Whether the label was bought is unknown: the carrier is asked before anything is bought."
    ISSUED = "ISSUED", "The label was bought, and can be printed."
    FAILED = "FAILED", "The carrier has refused, and nothing was bought. The owner can retry it."
    VOIDING = "VOIDING", "The label is not wanted any more, and the carrier is to void it."
    VOID_UNKNOWN = "VOID_UNKNOWN", "Whether the label was voided is unknown: the carrier is asked again."
    VOIDED = "VOIDED", "The label is void: it was never bought, or the carrier has taken it back."


class GoodsCondition(Word):
    """The condition of goods that came back."""

    AS_NEW = "AS_NEW", "The goods are as new, and can be sold again as they are."
    OPENED = "OPENED", "The packaging has been opened."
    USED = "USED", "The goods have been used."
    DAMAGED = "DAMAGED", "The goods are damaged."
    WRONG_ITEM = "WRONG_ITEM", "Something else came back, so the unit is not paid back."


class Disposition(Word):
    """What becomes of goods that came back."""

    RESTOCK = "RESTOCK", "They go back into stock."
    REFURBISH = "REFURBISH", "They are repaired or cleaned first."
    DISPOSE = "DISPOSE", "They are disposed of."
    SEND_BACK = "SEND_BACK", "They go back to the customer, so the unit is not paid back."


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
    REVERT_PACKAGE_STATUS = "REVERT_PACKAGE_STATUS", "Take back the last change of a package's status."
    SPLIT_PACKAGE = "SPLIT_PACKAGE", "Put units of a package into a new package of the same seller."
    ASSUME_DELIVERY = "ASSUME_DELIVERY", "Count a package as delivered though nobody has reported when."
    CANCEL_PACKAGE = "CANCEL_PACKAGE", "Close a package that has no unit left to send."
    REQUEST_RETURN = "REQUEST_RETURN", "Request that units be canceled or returned."
    REFUND_ALLOWANCE = "REFUND_ALLOWANCE", "Pay an allowance: money back without units."
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
    RELEASE_PLAN = "RELEASE_PLAN", "Pay back the money of a plan that has waited for the goods."
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
    COVER_REFUND = "COVER_REFUND", "Record that money which went back outside of Retour has paid a refund."
    SETTLE_SHORTFALL = "SETTLE_SHORTFALL", "Name the movement that paid what a plan's refunds fall short of."
    OPEN_DISPUTE = "OPEN_DISPUTE", "Record that the customer disputes a payment, or that the bank asks about it."
    UPDATE_DISPUTE = "UPDATE_DISPUTE", "Record that the amount or the deadline of a dispute has changed."
    WIN_DISPUTE = "WIN_DISPUTE", "Record that the bank has decided for the marketplace."
    LOSE_DISPUTE = "LOSE_DISPUTE", "Record that the bank has decided for the customer."
    BLOCK_REFUND = "BLOCK_REFUND", "Stop a refund while the customer disputes its payment."
    UNBLOCK_REFUND = "UNBLOCK_REFUND", "Let a refund go on after the dispute of its payment."
    OPEN_RETURN = "OPEN_RETURN", "Open the return shipment of a confirmed return."
    SEND_RETURN = "SEND_RETURN", "Record that the goods have been sent, or that the proof of it has been checked."
    RECEIVE_RETURN = "RECEIVE_RETURN", "Record which units have arrived."
    RECEIVE_UNANNOUNCED = "RECEIVE_UNANNOUNCED", "Record goods that have arrived without an approved return."
    INSPECT_RETURN = "INSPECT_RETURN", "Grade the units that have arrived."
    LOSE_RETURN = "LOSE_RETURN", "Record that goods under way have not arrived."
    WAIVE_RETURN = "WAIVE_RETURN", "Pay back without waiting for the goods, or for their inspection."
    EXPIRE_RETURN = "EXPIRE_RETURN", "Close a return shipment that was not sent in time."
    CANCEL_RETURN = "CANCEL_RETURN", "Close the return shipment of a return that was withdrawn or rejected."
    ORDER_LABEL = "ORDER_LABEL", "Order the first label of a return shipment."
    ADD_LABEL = "ADD_LABEL", "Order a label for one more package of a return shipment."
    BUY_LABEL = "BUY_LABEL", "Lease a label to a worker, which buys it from the carrier."
    LOSE_LABEL = "LOSE_LABEL", "Record that the carrier's answer was lost."
    ISSUE_LABEL = "ISSUE_LABEL", "Record that the label was bought."
    FAIL_LABEL = "FAIL_LABEL", "Record that the carrier has refused the label."
    RETRY_LABEL = "RETRY_LABEL", "Order a label again that the carrier has refused."
    VOID_LABEL = "VOID_LABEL", "Void a label that is not wanted any more."
    SEND_VOID = "SEND_VOID", "Lease a label to a worker, which asks the carrier to void it."
    LOSE_VOID = "LOSE_VOID", "Record that the carrier's answer about the voiding was lost."
    FINISH_VOID = "FINISH_VOID", "Record that the carrier has voided the label."
    REFUSE_VOID = "REFUSE_VOID", "Record that the carrier does not void the label: it was used."
    SCAN_LABEL = "SCAN_LABEL", "Record that the carrier has scanned the label."


class OwnerAction(Word):
    """The actions by which the owner sets something for the whole marketplace, each with a mutation of its name."""

    UPSERT_REASON = "UPSERT_REASON", "Create or change a reason for requests."
    PUBLISH_RETURN_POLICY = "PUBLISH_RETURN_POLICY", "Publish a version of the return policy."
    SET_RETURN_SETTINGS = "SET_RETURN_SETTINGS", "Set how returns go, or take the settings away."
    DRAFT_TERMS = "DRAFT_TERMS", "Write a draft of the terms."
    PUBLISH_TERMS = "PUBLISH_TERMS", "Publish a draft as the next version of the terms."
    PAUSE_REFUNDS = "PAUSE_REFUNDS", "Stop the sending of all refunds."
    RESUME_REFUNDS = "RESUME_REFUNDS", "Let refunds be sent again."


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
        "A plan of type Refund is opened with status Approved; its amounts are calculated and fixed. If its money waits"
        " for the goods, they are a quote.",
    )
    APPROVE_PLAN = "APPROVE_PLAN", "The plan is approved."
    CLOSE_PLAN = "CLOSE_PLAN", "The plan, if the request has one, is rejected or voided."
    START_RETURN = "START_RETURN", "The start of the return is recorded."
    PRICE_PLAN = "PRICE_PLAN", "The plan's amounts are calculated again, on what was paid back before it, and fixed."
    CREATE_REFUNDS = (
        "CREATE_REFUNDS",
        "The total is split over the payments, one pending refund each; for a plan that is held, only at its release.",
    )
    STAMP_SHIPPED = "STAMP_SHIPPED", "The time of shipping is recorded, with the tracking number."
    STAMP_DELIVERED = "STAMP_DELIVERED", "The time of delivery is recorded, and the return window starts."
    ASSUME_DELIVERED = (
        "ASSUME_DELIVERED",
        "A time of delivery is assumed, and the return window starts at it; a later report corrects both.",
    )
    UNSTAMP_DELIVERED = "UNSTAMP_DELIVERED", "The assumed time of delivery and its return window are taken back."
    KEEP_FORMER = "KEEP_FORMER", "What the change replaces is kept for a while, so that it can be taken back."
    RESTORE_FORMER = "RESTORE_FORMER", "What the last change replaced is restored: its times and the tracking number."
    RESUME_PLANS = (
        "RESUME_PLANS",
        "Plans that waited for the seller because the package had been shipped are confirmed automatically again.",
    )
    SCHEDULE_PLAN = "SCHEDULE_PLAN", "The time of the automatic confirmation is set."
    STAMP_REMINDED = "STAMP_REMINDED", "The time of the reminder is recorded."
    STAMP_ESCALATED = "STAMP_ESCALATED", "The time is recorded, and the request waits for the owner."
    COMPLETE_PLAN = "COMPLETE_PLAN", "The plan is completed if all its refunds are done."
    COVER_SHORTFALL = (
        "COVER_SHORTFALL",
        "What the movement pays of the shortfall becomes a refund that is settled; the rest stays short.",
    )
    COMPLETE_REQUEST = "COMPLETE_REQUEST", "The request is completed."
    BLOCK_REFUND = "BLOCK_REFUND", "The refund waits: nothing of it is sent."
    UNBLOCK_REFUND = "UNBLOCK_REFUND", "The refund is due again unless the gateway has it or has refused it."
    BLOCK_REFUNDS = "BLOCK_REFUNDS", "The payment's refunds that are not paid are stopped."
    UNBLOCK_REFUNDS = (
        "UNBLOCK_REFUNDS",
        "The time is recorded, and the payment's refunds go on unless another dispute of it is open.",
    )
    UNCOUNT_REFUND = "UNCOUNT_REFUND", "The money no longer counts as refunded. Request and plan stay as decided."
    UNHOLD_PLAN = "UNHOLD_PLAN", "The plan no longer waits for the goods."
    OPEN_SHIPMENT = (
        "OPEN_SHIPMENT",
        "A return shipment is opened if the terms want the goods back, and the customer or a carrier has them.",
    )
    RECALL_GOODS = (
        "RECALL_GOODS",
        "If the terms have a rule for them, a return shipment is opened for the packages that the seller recalls.",
    )
    CANCEL_SHIPMENT = "CANCEL_SHIPMENT", "The return shipment is canceled."
    STAMP_RETURN = "STAMP_RETURN", "The time is recorded, and the deadline of the new status begins."
    STAMP_PROOF = "STAMP_PROOF", "The tracking number or the proof of drop-off is recorded."
    COUNT_ARRIVED = (
        "COUNT_ARRIVED",
        "The numbers of units that arrived, are wrong or are missing are recorded. While the money is held, wrong and"
        " missing units leave the return; the missing ones go on in one of their own.",
    )
    GRADE_UNITS = (
        "GRADE_UNITS",
        "The grades are recorded. While the money is held, deductions become part of the plan, and units that are not"
        " paid back leave the return.",
    )
    RELEASE_IF_DUE = (
        "RELEASE_IF_DUE",
        "The plan is released if its money was to wait for this, or for less. If no unit is left to pay back, the"
        " request is rejected instead.",
    )
    RELEASE_LOST = "RELEASE_LOST", "The plan is released if somebody other than the customer bears the loss."
    RELEASE_PLAN = "RELEASE_PLAN", "The plan is released if it is still held."
    EXPIRE_HELD = "EXPIRE_HELD", "If the money is still held, the request expires with its shipment."
    ORDER_LABEL = (
        "ORDER_LABEL",
        "A label is ordered if a carrier is set up, and the goods come by mail to an address that is known.",
    )
    VOID_LABELS = (
        "VOID_LABELS",
        "Labels that are not bought yet are voided. If the goods are not expected any more, so are those that were"
        " bought and not used.",
    )
    VOID_IF_ENDED = "VOID_IF_ENDED", "The label is voided if the goods are not expected any more."
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
    NOTHING_TO_REVERT = "NOTHING_TO_REVERT", "The package has no change of its status that can be taken back."
    REVERT_TOO_LATE = "REVERT_TOO_LATE", "The time in which a change of the status can be taken back has passed."
    STATUS_RELIED_ON = "STATUS_RELIED_ON", "A return relies on the status of the package."
    NOTHING_TO_SPLIT = "NOTHING_TO_SPLIT", "The package has fewer than two units to send."
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
    POLICY_OUTDATED = "POLICY_OUTDATED", "Another version of the return policy, or of the terms, is in force."
    POLICY_EXISTS = "POLICY_EXISTS", "A version of the return policy with this name has been published before."
    EXEMPT = "EXEMPT", "The terms do not let this item be returned."
    TERMS_PUBLISHED = "TERMS_PUBLISHED", "A published version of the terms is never changed."
    CONFIRMATION_REQUIRED = "CONFIRMATION_REQUIRED", "The decision must be confirmed."
    PLAN_EXISTS = "PLAN_EXISTS", "The request already has a plan."
    PLAN_NOT_WAITING = "PLAN_NOT_WAITING", "The request has no waiting plan."
    PLAN_NOT_WITH_SELLER = "PLAN_NOT_WITH_SELLER", "The plan does not wait for the seller."
    PLAN_NOT_COMPLETED = "PLAN_NOT_COMPLETED", "The plan is not completed."
    REFUNDS_NOT_DONE = "REFUNDS_NOT_DONE", "At least one refund is not done."
    REJECTION_REASON_REQUIRED = "REJECTION_REASON_REQUIRED", "A reason for the rejection is required."
    REST_REASON_REQUIRED = "REST_REASON_REQUIRED", "A reason why the rest is not accepted is required."
    MONEY_RELEASED = "MONEY_RELEASED", "The money no longer waits for the goods."
    MONEY_HELD = "MONEY_HELD", "The money waits for the goods."
    GOODS_UNDER_WAY = "GOODS_UNDER_WAY", "The goods have been sent."
    GOODS_NOT_LOST = "GOODS_NOT_LOST", "The goods are not lost."
    GOODS_NOT_UNDER_WAY = "GOODS_NOT_UNDER_WAY", "The goods have not been sent."
    RETURNS_OFF = "RETURNS_OFF", "The terms have no rule for these goods."
    PROOF_REQUIRED = "PROOF_REQUIRED", "A tracking number or a proof of drop-off is required."
    UNITS_NOT_EXPECTED = "UNITS_NOT_EXPECTED", "The quantity is larger than what is still to arrive of the item."
    NOTHING_MISSING = "NOTHING_MISSING", "No unit of this return is missing."
    UNITS_NOT_GRADED = "UNITS_NOT_GRADED", "The grades do not cover exactly the units that arrived."
    UNITS_LEFT_TO_PAY = "UNITS_LEFT_TO_PAY", "At least one unit of this return is to be paid back."
    DEDUCTION_TOO_HIGH = "DEDUCTION_TOO_HIGH", "The deduction is larger than what the units bring."
    ADJUSTMENT_TOO_HIGH = "ADJUSTMENT_TOO_HIGH", "The adjustment is larger than what can be paid back or kept."
    ADJUSTMENT_NOT_ALLOWED = "ADJUSTMENT_NOT_ALLOWED", "An adjustment of this kind is not possible here."
    REFUNDS_PAUSED = "REFUNDS_PAUSED", "The sending of refunds is paused already."
    REFUNDS_NOT_PAUSED = "REFUNDS_NOT_PAUSED", "The sending of refunds is not paused."
    NO_CARRIER = "NO_CARRIER", "No label is bought: no carrier is set up, or the goods do not come by mail."
    LABEL_NOT_WANTED = "LABEL_NOT_WANTED", "The goods of this return do not wait to be sent."
    LABEL_USED = "LABEL_USED", "The carrier has scanned the label."
    TOO_MANY_LABELS = "TOO_MANY_LABELS", "The return shipment has too many labels."
    NOTHING_SHORT = "NOTHING_SHORT", "The refunds of the plan do not fall short of its total."
    MOVEMENT_SPENT = "MOVEMENT_SPENT", "Too little is left of the movement with this reference."
    PAYMENT_DISPUTED = "PAYMENT_DISPUTED", "The customer disputes the payment at the bank."
    REFERENCE_REQUIRED = "REFERENCE_REQUIRED", "A reference to the payment outside the gateway is required."
    NOT_DUE = "NOT_DUE", "This is not due yet."
    ADDRESS_NOT_ALLOWED = "ADDRESS_NOT_ALLOWED", "Webhooks may not be sent to this address."
    ENDPOINT_EXISTS = "ENDPOINT_EXISTS", "An endpoint with this address already exists."
