"""The words of the law: on what a return is based, what is exempt, why somebody objects, and why something is kept."""

from domain.words import Word


class Basis(Word):
    """What a request is based on."""

    VOLUNTARY = "VOLUNTARY", "The marketplace takes goods back of its own will."
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


class WithdrawalStatus(Word):
    """The status of a customer's withdrawal from a contract."""

    UNVERIFIED = "UNVERIFIED", "Somebody without an account has declared it, and nobody has verified that yet."
    DECLARED = "DECLARED", "The customer has withdrawn, and something of what follows is still to be done."
    COMPLETED = "COMPLETED", "All that followed has ended: the money was paid back, or nothing is owed."
    REJECTED = "REJECTED", "The statement was not the customer's: nothing follows from it."
    EXPIRED = "EXPIRED", "Nobody has verified it in time. The owner still may."


VERIFIED_WITHDRAWALS = (WithdrawalStatus.DECLARED, WithdrawalStatus.COMPLETED)
"""What the customer has declared beyond doubt; the seller learns of no other."""


class ObjectionGround(Word):
    """Why a seller holds that a withdrawal has no effect."""

    EXEMPT = "EXEMPT", "The law gives no right of withdrawal for these goods."
    LATE = "LATE", "The time to withdraw had passed."
    NOT_BUYER = "NOT_BUYER", "The statement is not the buyer's."


class KeptGround(Word):
    """Why the law keeps something of a person who was erased."""

    TAX = "TAX", "Invoices and credit notes name whom they are made out to, for as long as tax law keeps them."
    CLAIM = "CLAIM", "A statement of withdrawal and its receipt are proof for as long as claims can be made."
