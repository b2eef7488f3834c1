"""The API's listening socket: why it cannot be had is said as it is."""

import socket

import pytest

from headway.up.listener import hold_listener
from runtime.errors import UserError


def test_a_port_that_another_holds_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(UserError, match=f"port {port} on 127.0.0.1 is taken"), hold_listener("127.0.0.1", port):
            pass


@pytest.mark.parametrize("host", ["203.0.113.7", "no-such-host.invalid"])
def test_an_address_that_is_not_this_machines_is_not_called_a_taken_port(host: str) -> None:
    with pytest.raises(UserError, match=f"--host {host}: .*; use an address of this machine"), hold_listener(host, 1):
        pass
