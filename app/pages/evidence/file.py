"""The evidence file: what was ordered, paid, sent, asked for, returned and paid back, and the journal of it all."""

from app.pages.evidence.decisions import write_plans, write_policies, write_requests, write_returns
from app.pages.evidence.paper import Paper
from app.pages.evidence.texts import Row, listed, moment, money, said


def draw(order: Row) -> bytes:
    """What `evidence.graphql` shows of an order, as a PDF. It may take a second, so it is for a thread.

    The journal is last: it is what is left out of a file that would be too long.
    """
    paper = Paper(f"Order {order['number']}: evidence")
    journal = order["timeline"]
    paper.facts(as_of=moment(journal[-1]["at"]) if journal else None, order=order["id"])
    _write_goods(paper, order)
    _write_payments(paper, order)
    _write_packages(paper, order)
    write_requests(paper, order)
    write_returns(paper, order)
    write_plans(paper, order)
    write_policies(paper, order)
    _write_journal(paper, order)
    return paper.print()


def _write_goods(paper: Paper, order: Row) -> None:
    buyer, totals = order["customer"], order["totals"]
    paper.heading("What was ordered")
    paper.facts(
        placed=moment(order["placedAt"]),
        status=said(order["status"]),
        customer=listed(buyer["name"], buyer["email"], buyer["phone"], f"customer {buyer['subject']}"),
        delivered_to=_place(order["shippingAddress"]),
        billed_to=_place(order["billingAddress"]),
    )
    paper.table(
        (1, 6, 3, 3, 2, 2, 2),
        ("Units", "Product", "Seller", "Package", "Unit price", "Discount", "Total"),
        (
            (
                item["quantity"],
                listed(item["name"], item["sku"]),
                item["seller"]["name"],
                item["package"]["number"],
                *(item[name]["amount"] for name in ("unitPrice", "discount", "total")),
            )
            for item in order["items"]
        ),
    )
    sums = {
        "items": "items",
        "discount": "discount",
        "tax": "tax",
        "included_tax": "includedTax",
        "shipping": "shipping",
    }
    paper.facts(**{term: money(totals[name]) for term, name in sums.items() if float(totals[name]["amount"])})


def _place(address: Row | None) -> str | None:
    if address is None:
        return None
    town = " ".join(filter(None, (address["postalCode"], address["city"], address["region"])))
    return ", ".join(filter(None, (address["name"], *address["lines"], town, address["country"])))


def _write_payments(paper: Paper, order: Row) -> None:
    paper.heading("What was paid, and what went back")
    totals = order["totals"]
    paper.facts(
        captured=money(totals["captured"]),
        refunded=money(totals["refunded"]),
        paid_back_elsewhere=money(totals["paidBackElsewhere"]),
    )
    paper.table(
        (3, 3, 5, 3, 3),
        ("Payment", "Gateway", "Reference there", "Paid", "Captured"),
        (
            (
                listed(payment["method"], payment["instrument"]),
                payment["provider"],
                payment["reference"],
                moment(payment["paidAt"]),
                money(payment["captured"]),
            )
            for payment in order["payments"]
        ),
    )
    paper.table(
        (3, 3, 3, 4, 4, 3),
        ("Disputed", "Status", "Decided", "Reason", "Reference", "Amount"),
        (
            (
                moment(dispute["openedAt"]),
                said(dispute["status"]),
                moment(dispute["closedAt"]),
                dispute["reason"],
                dispute["reference"],
                money(dispute["amount"]),
            )
            for payment in order["payments"]
            for dispute in payment["disputes"]
        ),
    )
    paper.table(
        (4, 3, 5, 4, 3),
        ("Paid back elsewhere", "How", "Reference", "To the payment", "Amount"),
        (
            (
                moment(moved["at"]),
                "By the bank" if moved["kind"] == "DISPUTE" else "By hand",
                moved["reference"],
                payment["reference"],
                money(moved["amount"]),
            )
            for payment in order["payments"]
            for moved in payment["externalMovements"]
        ),
    )


def _write_packages(paper: Paper, order: Row) -> None:
    paper.heading("How it was sent")
    paper.table(
        (3, 3, 3, 3, 3, 3),
        ("Package", "Seller", "Status", "Tracking number", "Shipped", "Delivered"),
        (
            (
                package["number"],
                package["seller"]["name"],
                said(package["status"]),
                package["trackingNumber"],
                moment(package["shippedAt"]),
                listed(moment(package["deliveredAt"]), "assumed" if package["deliveryAssumed"] else None),
            )
            for package in order["packages"]
        ),
    )


def _write_journal(paper: Paper, order: Row) -> None:
    groups = ("packages", "requests", "returnShipments")
    numbers = {row["id"]: row["number"] for group in groups for row in order[group]}
    paper.heading("What happened, step by step")
    paper.table(
        (3, 4, 6, 4),
        ("Time", "What", "Step", "By"),
        (
            (
                moment(event["at"]),
                listed(said(event["subject"]), numbers.get(event["subjectId"], event["subjectId"])),
                listed(
                    f"{said(event['action'])}: {' → '.join(filter(None, map(said, (event['from'], event['to']))))}",
                    event["note"],
                ),
                listed(
                    said(event["actor"]["role"]),
                    event["actor"]["id"],
                    event["onBehalfOf"] and f"for the {said(event['onBehalfOf'])}",
                ),
            )
            for event in order["timeline"]
        ),
    )
