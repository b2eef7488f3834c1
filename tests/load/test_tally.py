from tests.load.tally import Tally


def test_each_answer_is_counted_once_under_its_plan_and_its_partner() -> None:
    tally = Tally()
    for status, took_ms in ((200, 1.0), (304, 2.0), (429, 3.0), (500, 4.0), (0, 5.0)):
        tally.note("trial", "ThriftyPoller", status, took_ms)
    tally.note("standard", "ThriftyPoller", 200, 10.0)
    standard, trial = tally.by_plan(2.0)
    assert (trial.fresh, trial.not_modified, trial.refused, trial.failed) == (1, 1, 1, 2)
    assert (trial.requests_per_s, trial.p50_ms) == (2.5, 3.0)
    assert (standard.name, standard.requests) == ("standard", 1)
    (partner,) = tally.by_partner(2.0)
    assert partner.requests == tally.requests == 6
