"""How right an agency has been, learned from what came; and bands that hold what they promise."""

import random

import msgspec

from transit.agency.measured_accuracy import (
    Measured,
    Promise,
    bin_of_horizon,
    forget_promises,
    keep_promises,
    list_trusts,
    make_promise,
    new_measured,
)

START = 1_764_093_600


def drive(measured: Measured, passages: int, *, own_s: float, agency_s: float, seed: int = 5) -> float:
    """Vehicles five minutes away, with normal errors of these spreads; returns the share that came within the band."""
    chance, inside, now = random.Random(seed), 0, START  # noqa: S311 - a drive, no secret
    for number in range(passages):
        trust = list_trusts(measured)[bin_of_horizon(300)]
        truth = now + 300
        own, agency = truth + round(chance.gauss(0, own_s)), truth + round(chance.gauss(0, agency_s))
        told = round(own + trust.weight * (agency - own))
        early, late = told - round(40 * trust.early), told + round(40 * trust.late)
        run = f"run-{number}"
        make_promise(measured, run, Promise(bin_of_horizon(300), 3, now, own, agency, told, early, late))
        keep_promises(measured, run, 3, truth)
        inside += early <= truth <= late
        now += 60
    return inside / passages


def weight(measured: Measured) -> float:
    return list_trusts(measured)[bin_of_horizon(300)].weight


def test_who_errs_less_gets_the_say() -> None:
    better, worse = new_measured(), new_measured()
    drive(better, 200, own_s=60, agency_s=20)
    drive(worse, 200, own_s=20, agency_s=120)
    assert weight(better) > 0.8
    assert weight(worse) < 0.1


def test_what_was_measured_at_one_horizon_is_a_hint_at_others() -> None:
    measured = new_measured()
    drive(measured, 200, own_s=60, agency_s=15)
    assert list_trusts(measured)[bin_of_horizon(1600)].weight > 0.7


def test_four_in_five_come_within_the_band_however_wide_it_began() -> None:
    for own_s in (15, 35, 120):
        measured = new_measured()
        drive(measured, 300, own_s=own_s, agency_s=own_s)
        assert 0.74 <= drive(measured, 400, own_s=own_s, agency_s=own_s, seed=9) <= 0.86


def test_an_agency_that_is_believed_anyhow_has_all_the_say() -> None:
    assert {trust.weight for trust in list_trusts(new_measured(), fixed_weight=1.0)} == {1.0}


def test_one_promise_a_run_and_horizon_waits_and_leaves_when_its_call_is_made_or_passed_by() -> None:
    measured = new_measured()
    for position, ahead in ((2, 300), (3, 310), (5, 700)):
        at = START + ahead
        made = Promise(bin_of_horizon(ahead), position, START, at, at, at, at, at)
        make_promise(measured, "run", made)
    assert [each.position for each in measured.waiting["run"]] == [2, 5]
    keep_promises(measured, "run", 3, START + 320)
    assert [each.position for each in measured.waiting["run"]] == [5]
    assert sum(horizon.count for horizon in measured.horizons) == 0
    forget_promises(measured, START + 1)
    assert measured.waiting == {}


def test_what_was_learned_is_packed_and_read_back_as_it_was() -> None:
    measured = new_measured()
    drive(measured, 50, own_s=60, agency_s=20)
    packed = msgspec.msgpack.encode(measured)
    assert msgspec.msgpack.encode(msgspec.msgpack.decode(packed, type=Measured)) == packed
