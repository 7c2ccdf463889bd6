"""Random histories of plans with fees, deductions, allowances and reversals, held against a plain model of them."""

from dataclasses import dataclass, field
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from domain.adjustments import ALLOWS, KEEPS, Adjustment, applied, ceilings, excess
from domain.pricing import LineAmounts, OrderMoney, Payment, PlanLine, after, held, nets, release
from domain.words import AdjustmentKind
from tests.domain.test_pricing import CALM, exactly_paid, left_of, orders, paid_orders, some_of

FEE, DEDUCTION = AdjustmentKind.FEE, AdjustmentKind.DEDUCTION
ALLOWANCE, SHIPPING, REVERSAL = AdjustmentKind.ALLOWANCE, AdjustmentKind.SHIPPING, AdjustmentKind.REVERSAL


@dataclass
class Plan:
    """A released plan: its lines, and its adjustments by the ids that reversals name."""

    lines: tuple[PlanLine, ...]
    adjustments: dict[str, Adjustment]

    @property
    def payout(self) -> int:
        return sum(line.amounts.total for line in self.lines) + sum(
            each.applied_minor for each in self.adjustments.values()
        )


@dataclass
class History:
    """An order and what was paid back of it so far."""

    order: OrderMoney
    step: int = 1
    plans: list[Plan] = field(default_factory=list)
    made: int = 0

    def live(self) -> list[tuple[str, Adjustment]]:
        return [pair for plan in self.plans for pair in plan.adjustments.items()]

    def allowances(self) -> dict[str, int]:
        sums: dict[str, int] = {}
        for _, each in self.live():
            if each.kind in ALLOWS:
                assert each.of is not None
                sums[each.of] = sums.get(each.of, 0) + each.applied_minor
        return sums

    def kept(self) -> dict[str, int]:
        left = {id: -each.applied_minor for id, each in self.live() if each.kind in KEEPS}
        for _, each in self.live():
            if each.kind is REVERSAL and each.of in left:
                left[each.of] -= each.applied_minor
        return left

    def shipping_given(self) -> dict[str, int]:
        sellers = {item.id: item.seller_order_id for item in self.order.items}
        given_back: dict[str, int] = {}
        for plan in self.plans:
            for line in plan.lines:
                seller = sellers[line.item_id]
                given_back[seller] = given_back.get(seller, 0) + line.amounts.shipping_share
        return given_back

    def paid_out(self) -> int:
        return sum(plan.payout for plan in self.plans)

    def payments(self) -> tuple[Payment, ...]:
        whole = Payment("p", 1, self.order.captured_minor, step_minor=self.step)
        return after((whole,), self.paid_out())

    def release(self, quantities: dict[str, int], asked: list[Adjustment]) -> Plan:
        """Release a plan for units and adjustments, each at most at its ceiling."""
        taken = held(line for plan in self.plans for line in plan.lines)
        args = self.order, taken, quantities, self.payments()
        lines = release(*args, allowances=self.allowances())
        limits = ceilings(self.order, taken, self.allowances(), lines, self.kept())
        fitting: list[Adjustment] = []
        for each in asked:
            most = excess([*fitting, each], limits).get(len(fitting))
            fitting.append(each if most is None else Adjustment(each.kind, most, each.of))
        assert excess(fitting, limits) == {}
        came_out = applied(fitting, lines)
        besides = sum(each.applied_minor for each in came_out)
        lines = release(*args, allowances=self.allowances(), besides_minor=besides)
        plan = Plan(lines, {})
        for each in came_out:
            self.made += 1
            plan.adjustments[f"a{self.made}"] = each
        self.plans.append(plan)
        return plan

    def draw(self, dice: Random) -> list[Adjustment]:
        """Adjustments of any kind, asked for without looking at what is left."""
        items, sellers = [item.id for item in self.order.items], sorted(nets(self.order).shipping)
        earlier = sorted(self.kept())
        found = []
        for _ in range(dice.randint(0, 3)):
            kind = dice.choice(list(AdjustmentKind))
            of = {FEE: None, SHIPPING: dice.choice(sellers)}.get(kind, dice.choice(items))
            if kind is REVERSAL:
                of = dice.choice(earlier) if earlier else "nothing"
            found.append(Adjustment(kind, dice.choice([0, 1, dice.randint(0, 1000), 10**9]), of))
        return found


def play(order: OrderMoney, dice: Random, *, adjusted: bool = True, voids: bool = False) -> History:
    """Take an order apart to its last unit, with plans that are voided on the way if `voids`."""
    history = History(order)
    for _ in range(8):
        taken = [plan.lines for plan in history.plans]
        left = left_of(order, taken)
        if voids and history.plans and dice.random() < 0.3:
            reversed_ones = {each.of for _, each in history.live() if each.kind is REVERSAL}
            free = [plan for plan in history.plans if reversed_ones.isdisjoint(plan.adjustments)]
            if free:
                history.plans.remove(dice.choice(free))
        else:
            history.release(some_of(left, dice) if left else {}, history.draw(dice) if adjusted else [])
    if left := left_of(order, [plan.lines for plan in history.plans]):
        history.release(left, [])
    return history


@CALM
@given(orders(), st.randoms(use_true_random=False), st.booleans())
def test_no_history_pays_more_than_was_captured_or_less_than_nothing(
    order: OrderMoney, dice: Random, voids: bool
) -> None:
    history = play(order, dice, voids=voids)
    assert all(plan.payout >= 0 for plan in history.plans)
    assert history.paid_out() <= order.captured_minor


@CALM
@given(orders(), st.randoms(use_true_random=False), st.booleans())
def test_goods_and_allowances_of_an_item_never_exceed_its_net(order: OrderMoney, dice: Random, voids: bool) -> None:
    history = play(order, dice, voids=voids)
    worth, allowances = nets(order), history.allowances()
    taken = held(line for plan in history.plans for line in plan.lines)
    for item, net in worth.lines.items():
        goods = taken[item].amounts.goods if item in taken else 0
        assert goods + allowances.get(item, 0) <= net
    given_back = history.shipping_given()
    for seller, net in worth.shipping.items():
        assert given_back.get(seller, 0) + allowances.get(seller, 0) <= net


@CALM
@given(orders(), st.randoms(use_true_random=False))
def test_a_plain_model_explains_what_is_paid_out(order: OrderMoney, dice: Random) -> None:
    """All units are back: everything was paid that was captured, but for what is still kept."""
    history = play(order, dice)
    assert history.paid_out() == order.captured_minor - sum(history.kept().values())


@CALM
@given(paid_orders(), st.randoms(use_true_random=False))
def test_a_full_return_without_fees_gives_back_the_captured_amount(order: OrderMoney, dice: Random) -> None:
    assert play(order, dice, adjusted=False).paid_out() == order.captured_minor


@CALM
@given(paid_orders(), st.randoms(use_true_random=False), st.integers(0, 500))
def test_a_deduction_is_never_paid_back_by_the_next_unit(order: OrderMoney, dice: Random, asked: int) -> None:
    item = dice.choice(order.items)
    history = History(order)
    first = history.release({item.id: 1}, [Adjustment(DEDUCTION, asked, item.id)])
    kept = -sum(each.applied_minor for each in first.adjustments.values())
    if left := left_of(order, [first.lines]):
        history.release(left, [])
    assert history.paid_out() == order.captured_minor - kept


@CALM
@given(paid_orders(), st.randoms(use_true_random=False), st.sampled_from([1, 10, 100]))
def test_the_order_of_the_parts_does_not_matter(order: OrderMoney, dice: Random, step: int) -> None:
    item = dice.choice(order.items)
    allowance = [Adjustment(ALLOWANCE, dice.randint(0, 300), item.id)]
    rest = {each.id: each.quantity for each in order.items}
    before, later = History(order, step), History(order, step)
    before.release({}, allowance)
    before.release(rest, [])
    first = {item.id: 1}
    later.release(first, allowance)
    if left := left_of(order, [plan.lines for plan in later.plans]):
        later.release(left, [])
    if step == 1:
        assert before.paid_out() == later.paid_out() == order.captured_minor


@CALM
@given(paid_orders(), st.randoms(use_true_random=False), st.sampled_from([10, 100]))
def test_what_a_gateway_is_to_pay_is_always_a_multiple_of_its_step(order: OrderMoney, dice: Random, step: int) -> None:
    history = History(order, step)
    for _ in range(5):
        left = left_of(order, [plan.lines for plan in history.plans])
        asked = [each for each in history.draw(dice) if each.kind in KEEPS]
        if left:
            history.release(some_of(left, dice), asked)
            paid = history.paid_out()
            assert paid % step == 0 or paid == order.captured_minor


def brings(**goods: int) -> list[PlanLine]:
    """Lines whose units bring these amounts."""
    return [PlanLine(item, 1, LineAmounts(base=minor)) for item, minor in goods.items()]


def test_the_last_fee_is_cut_first_and_keeps_what_was_asked() -> None:
    fees = [Adjustment(FEE, 300), Adjustment(FEE, 500), Adjustment(DEDUCTION, 400, "i")]
    first, second, deduction = applied(fees, brings(i=1000))
    assert (first.applied_minor, second.applied_minor, deduction.applied_minor) == (-300, -300, -400)
    assert second.asked_minor == 500


def test_deductions_keep_no_more_than_their_own_item_brings() -> None:
    deductions = [Adjustment(DEDUCTION, 700, "i"), Adjustment(DEDUCTION, 700, "i"), Adjustment(DEDUCTION, 5, "gone")]
    came_out = applied([Adjustment(FEE, 100), *deductions], brings(i=1000, j=50))
    assert [each.applied_minor for each in came_out] == [-50, -700, -300, 0]
    assert [each.asked_minor for each in came_out] == [100, 700, 700, 5]


def test_two_adjustments_of_one_item_share_its_ceiling() -> None:
    order = exactly_paid(OrderMoney("EUR", (), {}, 0))
    limits = ceilings(order, {}, {}, (), {"a1": 500})
    asked = [Adjustment(REVERSAL, 400, "a1"), Adjustment(REVERSAL, 400, "a1"), Adjustment(ALLOWANCE, 1, "unknown")]
    assert excess(asked, limits) == {1: 100, 2: 0}
