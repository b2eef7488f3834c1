"""A grant with a quota of its own has an outlook of its own, and takes nothing from its partner's."""

import time

from api.usage.outlooks import Account, Used, day_of, own_accounts, quota_fields
from runtime.ledger.plans import STANDARD, TRIAL, Plan
from runtime.ledger.statements import Line
from transit.grants.agreements import Grant

NOW = 1_795_000_000.0
PARTNERS = Plan(name="partners", burst_per_s=100, burst_size=200, per_day=1000, per_month=10_000)


def grant(grant_id: str, *, plan: str | None = None, rate_per_s: float | None = None) -> Grant:
    return Grant(
        id=grant_id,
        partner_id="p",
        product_id=f"product of {grant_id}",
        product_version=1,
        purpose="test",
        starts_at=0,
        expires_at=None,
        plan=plan,
        rate_per_s=rate_per_s,
    )


def line(grant_id: str, tokens: int) -> Line:
    return Line(
        day=day_of(NOW), kind="arrivals", grant=grant_id, product="x", requests=tokens, tokens=tokens, refused=0
    )


GRANTS = [grant("shared"), grant("own", plan="trial"), grant("slow", rate_per_s=5), grant("fast", rate_per_s=5000)]
OWN = own_accounts(GRANTS, PARTNERS, {"trial": TRIAL, "standard": STANDARD})
LINES = [line("", 10), line("shared", 20), line("own", 19_000), line("slow", 400), line("fast", 30)]
USED = Used(LINES, LINES, LINES)


def test_a_plan_or_a_slower_pace_makes_an_account_of_its_own() -> None:
    assert list(OWN) == ["own", "slow"]
    assert OWN["own"][1].plan == TRIAL
    assert (OWN["slow"][1].plan.burst_per_s, OWN["slow"][1].plan.per_day) == (5, PARTNERS.per_day)


def test_a_plan_that_was_taken_away_leaves_the_partners() -> None:
    assert own_accounts([grant("gone", plan="gold")], PARTNERS, {}) == {}


def test_the_partners_quota_counts_what_no_other_account_does() -> None:
    told = quota_fields(Account("p", PARTNERS), USED.besides(set(OWN)), {("p", day_of(NOW)): 64}, NOW)
    assert (told["day"]["tokens"], told["day"]["limit"], told["day"]["leased"]) == (60, 1000, 64)
    assert told["month"]["by_kind"]["arrivals"]["tokens"] == 60
    assert told["day"]["used_up_at"] is None


def test_a_grants_quota_is_foreseen_by_what_is_used_under_it() -> None:
    _, account = OWN["own"]
    told = quota_fields(account, USED.under({"own"}), {}, NOW)
    assert (told["day"]["tokens"], told["day"]["limit"]) == (19_000, TRIAL.per_day)
    left_s = (TRIAL.per_day - 19_000) / (19_000 / 86_400)
    expected = time.strftime("%Y-%m-%dT%H:%M", time.gmtime(NOW + left_s))
    is_before_midnight = NOW + left_s < NOW - NOW % 86_400 + 86_400
    assert told["day"]["used_up_at"] is None or told["day"]["used_up_at"].startswith(expected)
    assert (told["day"]["used_up_at"] is not None) == is_before_midnight
    assert told["month"]["used_up_at"] is not None
    assert "larger_plan" in {each["advice"] for each in told["to_change"]}
