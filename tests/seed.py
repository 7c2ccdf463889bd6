"""The seed, "How to Cancel or Return an Order in Seller Center?", sentence by sentence, for tests that follow it.

Beside each sentence stands what does it: a place in the printed schema.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

CANCELLATION: Mapping[str, str] = {
    (
        "The cancellation can only be used when the order item's package status is Preparing or Ready to "
        "Ship and order status is Waiting Packaging."
    ): "Eligibility.transaction",
    "Canceling an order will result in an automatic full refund to the customer.": "Action.CREATE_REFUND",
    (
        "The steps that customers need to follow in order to cancel an order or the products included in the "
        "order are as follows."
    ): "Mutation.requestReturn",
    'Open the Store and access the "My Orders" section.': "Query.orders",
    "Select any order to open the Order Details page.": "Query.order",
    (
        "Click on Return This Item and select the reasons for cancellation from the drop-down menu on the right."
    ): "Eligibility.reasons",
    (
        'Once you have selected the product(s) for cancellation, click on the "I accept that I read and '
        'understand the Return Policy" button, and then click Return Selected Items.'
    ): "RequestReturnInput.policyVersion",
    (
        "The success message will appear, confirming that the order request has been received and is under evaluation."
    ): "RequestReturnPayload.message",
    (
        "Once the cancellation request has been processed, the marketplace owner can view it on the Omnitron "
        "> Orders page and then confirm it for the relevant product."
    ): "ApplyCancellationInput.accept",
    "The cancellation request is displayed on the Orders page.": "Order.requests",
    "Simply click on the relevant order to access its details.": "Query.order",
    (
        'Within the "Order Detail" page, you can find Cancellation Request details: Product Information, '
        "Customer Information, Order Information, and Payment Information."
    ): "Query.request",
    (
        'In the Products section, select "Cancel/Return Selected Items," set the Transaction to Cancel, and '
        "then click on Apply."
    ): "Mutation.applyCancellation",
    'Confirm the "Order Cancel" message by clicking Yes.': "ApplyCancellationInput.confirm",
    (
        'A cancellation and refund plan has been created with a "Waiting" status at the bottom of the page.'
    ): "ApplyCancellationPayload.plans",
    (
        'If the status is not "Shipped" or "Delivered", Seller Center confirms cancellations automatically.'
    ): "Action.AUTO_CONFIRM",
}
"""Its first chapter, Order Cancellation."""

RETURN: Mapping[str, str] = {
    (
        "Product returns are only possible after the product has been shipped or delivered to the customer."
    ): "Eligibility.transaction",
    (
        'A return request can only be initiated if the product\'s status is either "Shipped", "Delivered" or '
        '"Delivery Failed".'
    ): "Mutation.requestReturn",
    (
        "Prior to reaching this point, returns will not be accepted, ensuring that customers have the chance "
        "to assess the product upon receipt before considering a return."
    ): "Action.REQUEST_RETURN",
    (
        "For action related to customers, refer to the instructions in the Customer section and follow the "
        "steps provided."
    ): "Mutation.requestReturn",
    (
        "Within the refund process, an Omnitron-generated Cancellation/Return Request is created, which is "
        'initially set to a "waiting" status.'
    ): "RequestReturnPayload.requests",
    "Then, the Seller Center will take steps to process this cancellation request.": "CancellationRequest.waitingOn",
    (
        "After the refund request has been processed from the customer, the seller is required to confirm "
        "the request for the respective product."
    ): "Mutation.confirmRequest",
    (
        "This confirmation will be accessible through the Omnitron platform under the Orders > "
        "Cancellation/Return Requests page."
    ): "Query.requests",
    (
        "Once the seller confirms the response, the initiation of the return process for the product will "
        "begin automatically."
    ): "CancellationRequest.returnStartedAt",
    (
        'When the status transitions to "approved," the system will generate the "Cancellation Plan."'
    ): "ConfirmRequestPayload.plan",
    (
        'This plan will specify the transaction type as "refund" and the cancellation status as "approved."'
    ): "CancellationPlan.transaction",
    "The refund process will be completed.": "Action.COMPLETE_PLAN",
}
"""Its second chapter, Order Return."""

SENTENCES: Mapping[str, str] = {**CANCELLATION, **RETURN}


@dataclass(slots=True)
class Script:
    """Some sentences of the seed, and how many of them have been followed."""

    sentences: tuple[str, ...]
    followed: int = 0

    def says(self, sentence: str) -> None:
        """What comes next follows this sentence, which must be the next one."""
        assert self.followed < len(self.sentences), f"The seed has ended before: {sentence}"
        assert sentence == self.sentences[self.followed]
        self.followed += 1


@contextmanager
def following(chapter: Mapping[str, str]) -> Iterator[Script]:
    """A script for a test that follows the sentences of a chapter in their order, and leaves none out."""
    script = Script(tuple(chapter))
    yield script
    assert script.followed == len(chapter), f"Nobody has followed: {script.sentences[script.followed]}"
