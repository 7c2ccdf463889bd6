"""The parts of the evidence file about what the customer asked for, and what became of it."""

from app.pages.evidence.paper import Paper
from app.pages.evidence.texts import Row, listed, moment, money, named, said


def write_requests(paper: Paper, order: Row) -> None:
    """What was asked for, with the policy that was accepted, and how it was decided."""
    if order["requests"]:
        paper.heading("What the customer asked for")
    for request in order["requests"]:
        policy, rejection = request["acceptedPolicy"], request["rejection"]
        paper.name(listed(request["number"], said(request["transaction"]), said(request["status"])))
        paper.facts(
            asked_for=listed(moment(request["submittedAt"]), f"by the {named(request, 'openedBy').lower()}"),
            seller=named(request["seller"]),
            goes_on_with=named(request["predecessor"], "number"),
            kind="Allowance: money without units" if request["allowance"] else None,
            policy_accepted=policy and f"version {policy['version']}, of {moment(policy['publishedAt'])}",
            return_confirmed=moment(request["returnStartedAt"]),
            rejected=rejection and f"by the {rejection['by'].lower()}: {rejection['reason']}",
            rest_not_accepted=request["restReason"],
        )
        paper.table(
            (1, 1, 5, 4, 5),
            ("Units", "Accepted", "Product", "Reason", "Note"),
            (
                (
                    item["quantity"],
                    item["acceptedQuantity"],
                    named(item["orderItem"]),
                    item["reasonLabel"],
                    item["note"],
                )
                for item in request["items"]
            ),
        )


def write_returns(paper: Paper, order: Row) -> None:
    """The goods on their way back: with which tracking numbers, what arrived, and in which condition."""
    if order["returnShipments"]:
        paper.heading("What came back")
    for shipment in order["returnShipments"]:
        bearer = shipment["lossBearer"]
        paper.name(listed(shipment["number"], f"of {named(shipment['request'], 'number')}", said(shipment["status"])))
        paper.facts(
            method=said(shipment["method"]),
            to_be_sent_by=moment(shipment["shipBy"]),
            sent=moment(shipment["sentAt"]),
            tracking_number=shipment["trackingNumber"],
            drop_off=shipment["dropOff"],
            arrived=moment(shipment["receivedAt"]),
            inspected=moment(shipment["inspectedAt"]),
            ended=moment(shipment["endedAt"]),
            loss_borne_by=said(bearer),
            note=shipment["note"],
        )
        paper.table(
            (1, 3, 3, 5, 4, 4),
            ("Label", "Carrier", "Status", "Tracking number", "Issued", "First scan"),
            (
                (
                    label["position"],
                    label["carrier"],
                    said(label["status"]),
                    label["trackingNumber"],
                    moment(label["issuedAt"]),
                    moment(label["scannedAt"]),
                )
                for label in shipment["labels"]
            ),
        )
        paper.table(
            (5, 2, 2, 2, 2, 7),
            ("Product", "Expected", "Received", "Missing", "Wrong", "Inspection"),
            (
                (
                    named(line["orderItem"]),
                    *(line[count] for count in ("expected", "received", "missing", "wrong")),
                    "; ".join(map(_grade, line["grades"])),
                )
                for line in shipment["lines"]
            ),
        )


def _grade(grade: Row) -> str:
    kept = f"less {money(grade['deduction'])}" if float(grade["deduction"]["amount"]) else None
    units = f"{grade['quantity']} × {said(grade['condition'])}"
    return listed(units, said(grade["disposition"]), kept, grade["reason"])


def write_plans(paper: Paper, order: Row) -> None:
    """What was decided about the money, and each call to a gateway about it."""
    if order["plans"]:
        paper.heading("What was paid back")
    for plan in order["plans"]:
        paper.name(listed(f"Plan of {named(plan['request'], 'number')}", said(plan["status"]), money(plan["total"])))
        paper.facts(
            opened=moment(plan["createdAt"]),
            refunds_together=said(plan["refundState"]),
            falls_short_by=money(plan["shortfall"]) if float(plan["shortfall"]["amount"]) else None,
            origin="It came in with the order, already paid back" if plan["origin"] == "INTAKE" else None,
        )
        paper.table(
            (1, 9, 3),
            ("Units", "What for", "Amount"),
            [
                *((line["quantity"], named(line["orderItem"]), money(line["total"])) for line in plan["lines"]),
                *(("", _adjustment(each), money(each["amount"])) for each in plan["adjustments"]),
            ],
        )
        for refund in plan["refunds"]:
            _write_refund(paper, refund)


def _adjustment(adjustment: Row) -> str:
    decided = adjustment["rule"] or f"by the {adjustment['byRole'].lower()}"
    return listed(
        said(adjustment["kind"]), decided, f"borne by the {adjustment['bearer'].lower()}", adjustment["reason"]
    )


def _write_refund(paper: Paper, refund: Row) -> None:
    payment = refund["payment"]
    paper.facts(
        refund=listed(
            money(refund["amount"]),
            said(refund["status"]),
            "stopped by a dispute" if refund["disputed"] else None,
            moment(refund["updatedAt"]),
            refund["id"],
        ),
        to_the_payment=listed(payment["method"], payment["reference"]),
        reference_of_the_refund=refund["externalReference"],
    )
    paper.table(
        (1, 3, 3, 5, 6),
        ("Call", "Time", "Outcome", "Reference", "The gateway's words"),
        (
            (
                attempt["number"],
                moment(attempt["startedAt"]),
                said(attempt["outcome"]),
                attempt["gatewayReference"],
                attempt["message"],
            )
            for attempt in refund["attempts"]
        ),
    )


def write_policies(paper: Paper, order: Row) -> None:
    """The text of each version of the return policy that the customer accepted."""
    policies = {
        request["acceptedPolicy"]["version"]: request["acceptedPolicy"]
        for request in order["requests"]
        if request["acceptedPolicy"]
    }
    if policies:
        paper.heading("The return policy that the customer accepted")
    for version, policy in policies.items():
        paper.name(f"Version {version}, published {moment(policy['publishedAt'])}")
        paper.text(policy["text"])
