"""Words of the desk: what a search finds, by which text, and the lists that views are saved of."""

from domain.words import Word


class SearchKind(Word):
    """The type of an object that a search finds."""

    ORDER = "ORDER", "An order, found by itself, its customer, its addresses, its items or its packages."
    REQUEST = "REQUEST", "A request, found by its number or by a note of its items."
    RETURN_SHIPMENT = "RETURN_SHIPMENT", "A return shipment, found by its number, or by a tracking number."
    WITHDRAWAL = "WITHDRAWAL", "A withdrawal, found by its number."


class SearchMatch(Word):
    """The text that a search has found something by."""

    ORDER_NUMBER = "ORDER_NUMBER", "The number of the order."
    REQUEST_NUMBER = "REQUEST_NUMBER", "The number of the request."
    RETURN_NUMBER = "RETURN_NUMBER", "The number of the return shipment."
    WITHDRAWAL_NUMBER = "WITHDRAWAL_NUMBER", "The number of the withdrawal."
    PACKAGE_NUMBER = "PACKAGE_NUMBER", "The number of a package of the order."
    TRACKING_NUMBER = "TRACKING_NUMBER", "The carrier's number of a package, or of a package on its way back."
    CUSTOMER_NAME = "CUSTOMER_NAME", "The name of the customer."
    CUSTOMER_EMAIL = "CUSTOMER_EMAIL", "The email address of the customer."
    RECIPIENT = "RECIPIENT", "The name that the order is delivered to."
    BILLED_TO = "BILLED_TO", "The name that the order is billed to."
    SKU = "SKU", "The seller's number of an item."
    ITEM_NAME = "ITEM_NAME", "The name of an item."
    NOTE = "NOTE", "The note with the reason for an item."


class ViewedList(Word):
    """A list of which views are saved."""

    ORDERS = "ORDERS", "Orders."
    REQUESTS = "REQUESTS", "Requests to cancel or to return."
    PLANS = "PLANS", "Plans."
    PACKAGES = "PACKAGES", "Packages on their way to customers."
    RETURN_SHIPMENTS = "RETURN_SHIPMENTS", "Return shipments."
    WITHDRAWALS = "WITHDRAWALS", "Withdrawals from contracts."
    REFUNDS = "REFUNDS", "Refunds."
    MESSAGES = "MESSAGES", "Messages by mail."
