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
    WITHDRAWAL = "WITHDRAWAL", "A customer's statement that it withdraws from the contract with one seller."


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
    CONVERTED = (
        "CONVERTED",
        "Others go on in its place: a return, because the package was shipped while the request waited, or what a"
        " withdrawal from the contract has made of it.",
    )


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


UNDECIDED_DISPUTES = frozenset({DisputeStatus.INQUIRY, DisputeStatus.OPEN})


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


class TermsStatus(Word):
    """The status of a version of the terms."""

    DRAFT = "DRAFT", "The owner still writes it: it rules over nothing."
    PUBLISHED = "PUBLISHED", "It rules from its moment on, and is never changed."


class TermsFault(Word):
    """Why a rule of the terms decides on nothing."""

    EMPTY = "EMPTY", "Nothing can satisfy the conditions of the rule."
    SHADOWED = "SHADOWED", "One earlier rule matches everything that the rule matches."
    UNREACHABLE = "UNREACHABLE", "Earlier rules together match everything that the rule matches."


class TermsDeadline(Word):
    """A deadline that terms give as a number of days."""

    WINDOW = "WINDOW", "A return can be requested until then, counted from the delivery."
    SHIP_BY = "SHIP_BY", "The customer is to send the goods until then."
    GRACE = "GRACE", "A return whose goods were not sent expires then, counted from the last moment to send them."
    TRANSIT = "TRANSIT", "Goods under way that have not arrived by then count as lost."
    INSPECTION = "INSPECTION", "Goods that nobody has inspected by then count as new."
    RESPONSE = "RESPONSE", "The seller is to decide on a return until then."
    CANCELLATION = "CANCELLATION", "The owner, or the seller once the package has left, decides until then."


class TermsFieldKind(Word):
    """What a field of a rule of the terms holds."""

    TEXT = "TEXT", "A text."
    NAMES = "NAMES", "Names that the marketplace has given, one or several."
    COUNTRY = "COUNTRY", "A country of ISO 3166-1 by its code of two letters."
    COUNTRIES = "COUNTRIES", "Such countries, one or several."
    CHOICE = "CHOICE", "One of the choices."
    CHOICES = "CHOICES", "Some of the choices."
    DAYS = "DAYS", "A number of days."
    SHARE = "SHARE", "A number of basis points: 10000 is all."
    AMOUNT = "AMOUNT", "An amount of money in the currency that stands beside it."
    CURRENCY = "CURRENCY", "A currency by its ISO 4217 code."
    FLAG = "FLAG", "True or false."
    ADDRESS = "ADDRESS", "A postal address."
    GROUP = "GROUP", "The fields whose paths begin with this one."
    LIST = "LIST", "A list of entries, each with the fields whose paths begin with this one."


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


class ExportedList(Word):
    """The lists that can be exported."""

    ORDERS = "ORDERS", "Orders, as `orders` lists them."
    REQUESTS = "REQUESTS", "Requests, as `requests` lists them."
    PLANS = "PLANS", "Plans, as `plans` lists them."
    PACKAGES = "PACKAGES", "Packages, as `packages` lists them."
    REFUNDS = "REFUNDS", "Refunds, as `refunds` lists them. For the owner only."
    RETURN_SHIPMENTS = "RETURN_SHIPMENTS", "Return shipments, as `returnShipments` lists them."
    WITHDRAWALS = "WITHDRAWALS", "Withdrawals, as `withdrawals` lists them."


class ExportState(Word):
    """The state of an export."""

    RUNNING = "RUNNING", "The file is being written, or waits for its turn."
    READY = "READY", "The file is whole and can be downloaded."
    FAILED = "FAILED", "There is no file; the export's `message` says why."


class AtDeadline(Word):
    """What Retour does by itself when nobody has decided on a request by its deadline."""

    REMIND = "REMIND", "The party that has not decided is reminded, and the request keeps waiting."
    ESCALATE = "ESCALATE", "The request waits for the owner from now on."
    APPROVE = "APPROVE", "The cancellation is applied, or the return is confirmed."
    REJECT = "REJECT", "The request is rejected, with a sentence that the customer reads."
    EXPIRE = "EXPIRE", "The request is closed without a decision."
