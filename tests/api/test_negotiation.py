import pytest

from api.negotiation import accepts_gzip, holds


@pytest.mark.parametrize(
    "sent",
    ["gzip", "br, gzip", "GZIP", "deflate;q=0.6, gzip;q=1.0", "gzip;q=0.5", "deflate;q=0, gzip", "*", "br;q=0,*"],
)
def test_a_client_that_takes_gzip_in_any_way_of_saying_so_gets_it(sent: str) -> None:
    assert accepts_gzip(sent)


@pytest.mark.parametrize("sent", ["", "br", "gzip;q=0", "gzip; q=0.000", "gzip;Q=0", "*, gzip;q=0", "*;q=0", ";", ",,"])
def test_a_client_that_refuses_gzip_or_does_not_name_it_gets_none(sent: str) -> None:
    assert not accepts_gzip(sent)


@pytest.mark.parametrize("sent", ['W/"a"', '"a"', '"b", W/"a"', "*", ' W/"a" ,"c"'])
def test_a_validator_is_compared_weakly(sent: str) -> None:
    assert holds(sent, 'W/"a"')


@pytest.mark.parametrize("sent", ["", '"b"', "a", "W/*", '"*"', '"a', ",,,"])
def test_junk_is_no_validator(sent: str) -> None:
    assert not holds(sent, 'W/"a"')
