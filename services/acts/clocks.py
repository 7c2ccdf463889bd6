"""What Retour does by itself because time has passed: at a request's deadline, and when no delivery is reported."""

from domain.actions import Action
from domain.deadlines import ACTIONS, UNDECIDED, Step
from domain.facts import Decision
from domain.lifecycle import allowed
from domain.words import AtDeadline, ReturnStatus, Role, Subject
from services import facts
from services.transition import Transition

_OVERDUE = {
    ReturnStatus.AWAITING: Action.EXPIRE_RETURN,
    ReturnStatus.IN_TRANSIT: Action.LOSE_RETURN,
    ReturnStatus.RECEIVED: Action.INSPECT_RETURN,
}


def act_on_deadline(transition: Transition, request_id: str) -> bool:
    """Do what the terms say of an overdue request; what the tables do not offer goes to the owner instead."""
    request = transition.order_book.request(request_id)
    step = Step(request.transaction, request.waiting_on)
    answer = facts.answer_of(request)
    choice = (answer and answer.at_deadline) or transition.terms.at_deadline.get(step, AtDeadline.ESCALATE)
    offers = allowed(
        Subject.REQUEST,
        Role.SYSTEM,
        facts.request_facts(transition.order_book, request, transition.now),
        transaction=request.transaction,
        actions=ACTIONS[choice],
    )
    action = next((offer.action for offer in offers if offer.enabled), Action.ESCALATE_REQUEST)
    transition.take(action, request, given=Decision(reason=UNDECIDED["en"]))
    return True


def act_on_return(transition: Transition, return_id: str) -> bool:
    """Do what follows when goods have not been sent, have not arrived or have not been inspected in time."""
    shipment = transition.order_book.return_shipment(return_id)
    transition.take(_OVERDUE[shipment.status], shipment)
    return True


def assume_delivery(transition: Transition, package_id: str) -> bool:
    """Count a package as delivered whose delivery nobody has reported."""
    transition.take(Action.ASSUME_DELIVERY, transition.order_book.package(package_id))
    return True
