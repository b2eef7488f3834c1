from hypothesis import given
from hypothesis import strategies as st

from api.lane.allowance import BLOCK_IDLE_S, Allowance
from runtime.ledger.plans import Plan

PLAN = Plan(name="p", burst_per_s=100, burst_size=200, per_day=1000, per_month=10_000)
DAY = "2026-02-16"


def _allowance(burst: int, block: int) -> Allowance:
    allowance = Allowance("p", PLAN, memoryview(bytearray(16)).cast("Q"))
    allowance.day, allowance.burst_left, allowance.block_left = DAY, burst, block
    allowance.burst_until = allowance.block_until = 10.0
    return allowance


@given(
    burst=st.integers(0, 50),
    block=st.integers(0, 50),
    steps=st.lists(st.tuples(st.booleans(), st.integers(1, 7), st.floats(0, 11)), max_size=60),
)
def test_tokens_are_neither_made_nor_lost(burst: int, block: int, steps: list[tuple[bool, int, float]]) -> None:
    allowance = _allowance(burst, block)
    spent: list[int] = []
    for refunds, tokens, now in steps:
        if refunds and spent:
            allowance.refund(spent.pop(), DAY)
        elif allowance.take(tokens, now):
            assert now < 10
            spent.append(tokens)
        assert allowance.cells[0] == allowance.spent == sum(spent)
        assert allowance.burst_left == burst - sum(spent) >= 0
        assert allowance.block_left == block - sum(spent) >= 0


def test_a_refund_of_a_day_that_is_over_is_not_spent_again() -> None:
    allowance = _allowance(5, 5)
    assert allowance.take(2, 0.0)
    allowance.day = "2026-02-17"
    allowance.refund(2, DAY)
    assert (allowance.block_left, allowance.cells[0]) == (3, 2)


def test_demand_is_met_ahead_and_an_idle_partner_holds_nothing() -> None:
    allowance = _allowance(1000, 1000)
    now = 0.0
    for _ in range(80):
        now += 0.025
        assert allowance.take(2, now)
        allowance.observe(now)
    assert 70 <= allowance.demand_per_s <= 90
    assert 7 <= allowance.burst_target(now) <= 10
    assert 350 <= allowance.block_target() <= 450
    assert allowance.burst_target(now + BLOCK_IDLE_S + 1) == 0


@given(st.integers(0, 10**6))
def test_no_demand_asks_for_more_than_the_bucket_holds(refused: int) -> None:
    allowance = _allowance(0, 0)
    allowance.observe(1.0)
    allowance.refused = refused
    allowance.observe(1.025)
    assert 0 <= allowance.burst_target(1.025) <= PLAN.burst_size
