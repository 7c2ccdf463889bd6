"""What can be done: actions of the tables and of the owner, and what an action brings about besides its status."""

import re

from domain.words import Word


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
    DECLARE_WITHDRAWAL = "DECLARE_WITHDRAWAL", "Withdraw from the contract, as the law lets customers."
    VERIFY_WITHDRAWAL = "VERIFY_WITHDRAWAL", "Verify a withdrawal that was declared without an account."
    REJECT_WITHDRAWAL = "REJECT_WITHDRAWAL", "Reject a withdrawal that the customer has not declared."
    EXPIRE_WITHDRAWAL = "EXPIRE_WITHDRAWAL", "Close a withdrawal that nobody has verified in time."
    OBJECT_TO_WITHDRAWAL = "OBJECT_TO_WITHDRAWAL", "Record why a withdrawal from the contract has no effect."
    REPORT_OVERDUE = "REPORT_OVERDUE", "Report that the money of a withdrawal was not paid back in time."
    COMPLETE_WITHDRAWAL = "COMPLETE_WITHDRAWAL", "Complete a withdrawal of which nothing is left to be done."


class OwnerAction(Word):
    """What the owner sets or has done that belongs to no order, each with a mutation of its name."""

    UPSERT_REASON = "UPSERT_REASON", "Create or change a reason for requests."
    PUBLISH_RETURN_POLICY = "PUBLISH_RETURN_POLICY", "Publish a version of the return policy."
    SET_RETURN_SETTINGS = "SET_RETURN_SETTINGS", "Set how returns go, or take the settings away."
    DRAFT_TERMS = "DRAFT_TERMS", "Write a draft of the terms."
    DISCARD_TERMS = "DISCARD_TERMS", "Throw a draft of the terms away."
    PUBLISH_TERMS = "PUBLISH_TERMS", "Publish a draft as the next version of the terms."
    PAUSE_REFUNDS = "PAUSE_REFUNDS", "Stop the sending of all refunds."
    RESUME_REFUNDS = "RESUME_REFUNDS", "Let refunds be sent again."
    ERASE_PERSON = "ERASE_PERSON", "Erase a customer who has nothing open."
    CREATE_WEBHOOK_ENDPOINT = "CREATE_WEBHOOK_ENDPOINT", "Create a webhook endpoint."
    UPDATE_WEBHOOK_ENDPOINT = "UPDATE_WEBHOOK_ENDPOINT", "Change a webhook endpoint."
    ROTATE_WEBHOOK_SECRET = "ROTATE_WEBHOOK_SECRET", "Give a webhook endpoint a new secret."
    DELETE_WEBHOOK_ENDPOINT = "DELETE_WEBHOOK_ENDPOINT", "Delete a webhook endpoint."
    REPLAY_WEBHOOK_DELIVERIES = "REPLAY_WEBHOOK_DELIVERIES", "Send deliveries of a webhook endpoint again."
    SAVE_MESSAGE_TEMPLATE = "SAVE_MESSAGE_TEMPLATE", "Keep a message template as a draft."
    PUBLISH_MESSAGE_TEMPLATE = "PUBLISH_MESSAGE_TEMPLATE", "Let messages be made by a template."
    RESEND_MESSAGE = "RESEND_MESSAGE", "Send a message again."
    CLEAR_BOUNCE = "CLEAR_BOUNCE", "Let messages go again to an address that one has bounced from."
    SET_SELLER_EMAIL = "SET_SELLER_EMAIL", "Say where a seller's messages go."
    ISSUE_TOKEN = "ISSUE_TOKEN", "Issue a token."
    REVOKE_TOKENS = "REVOKE_TOKENS", "Revoke the tokens of somebody of the staff, a seller or a system."


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
    CHANGE_BASIS = (
        "CHANGE_BASIS",
        "The request is based on the law: its money waits for no more than the goods or the proof that they were sent,"
        " and a plan that waits for them is quoted again without fees.",
    )
    RELEASE_REACHED = "RELEASE_REACHED", "The plan is released if the goods have come as far as its terms ask."
    STAMP_OBJECTION = "STAMP_OBJECTION", "The ground and the note of the objection are recorded."
    STAMP_OVERDUE = "STAMP_OVERDUE", "The time is recorded at which the money was overdue."
    AGGREGATE = "AGGREGATE", "The seller's part and the order take the status that follows from packages and units."


def action_of(mutation: str) -> str:
    """The word of a mutation's action, as tokens name it: that of `upsertReason` is UPSERT_REASON.

    What takes one action several times, as `confirmRequests` does, is that action.
    """
    word = re.sub("(?=[A-Z])", "_", mutation).upper()
    return one if (one := word.removesuffix("S")) in Action.__members__ else word
