"""What bootstrap hands to the doors."""

import pytest

from filrouge.bootstrap import MissingServer, server_named


def test_a_server_that_the_installation_does_not_declare_says_how_to_get_it():
    with pytest.raises(MissingServer) as caught:
        server_named("nothing")
    assert "Install it again" in caught.value.action
