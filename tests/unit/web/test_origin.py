"""Whose request is it, and is the host this machine: decided from headers alone."""

from __future__ import annotations

import pytest

from modernize.web.access import origin


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"host": "a.example", "origin": "https://a.example"}, True),
        ({"host": "a.example", "origin": "http://A.example"}, True),
        ({"host": "a.example:8080", "origin": "https://a.example"}, False),
        ({"host": "a.example", "origin": "https://a.example.evil.example"}, False),
        ({"host": "a.example", "origin": "https://a.example@evil.example"}, False),
        ({"host": "a.example", "origin": "null"}, False),
        ({"host": "a.example", "origin": ""}, False),
        ({"host": "", "origin": "http://"}, False),
        ({"host": "a.example", "origin": "//["}, False),
        ({"origin": "file://"}, False),
        ({"host": "a.example", "sec-fetch-site": "same-origin"}, True),
        ({"host": "a.example", "sec-fetch-site": "same-site"}, False),
        ({"host": "a.example", "origin": "https://evil.example", "sec-fetch-site": "same-origin"}, False),
        ({"host": "a.example"}, True),
    ],
)
def test_a_request_is_ones_own_or_another_sites(headers: dict[str, str], own: bool) -> None:
    assert origin.own(headers) is own


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1:8080", True),
        ("127.9.9.9", True),
        ("localhost", True),
        ("[::1]:8080", True),
        ("0.0.0.0:8080", False),
        ("192.168.1.5", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
        ("[", False),
    ],
)
def test_only_loopback_is_this_machine(host: str, here: bool) -> None:
    assert origin.is_loopback(host) is here


@pytest.mark.parametrize("target", ["/assets", "/assets?a=1&b=%2F#row", "/flows/1", "/?next=//evil.example"])
def test_a_path_of_ours_is_kept(target: str) -> None:
    assert origin.local_path(target) == target
