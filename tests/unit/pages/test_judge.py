"""What was seen of a page, and how its lines are answered."""

from __future__ import annotations

import pytest

from reseed.pages.compare import Shown
from reseed.pages.judge import judge
from reseed.pages.result import Line
from reseed.pages.seen import FORM, REFUSAL, Seen
from reseed.pages.watch import Heard, own_hosts, sentence

HERE = (Shown("text", True),)
UNSEEN = (Shown("text", False),)


def answer(kind: str, seen: Seen, subject: str = "/page", wanted: tuple[str, ...] = ()) -> tuple[str, str]:
    line = judge(Line("ROLE", "Page", kind, "what", "expected", subject=subject, wanted=wanted), seen)
    return line.status, line.found


@pytest.mark.parametrize(
    ("kind", "seen", "status", "found"),
    [
        ("opens", Seen(200, path="/page?tab=1"), "passed", "Status 200"),
        ("opens", Seen(200, path="/sign-in"), "failed", "Status 200, and leads to /sign-in"),
        ("opens", Seen(204, path="/page"), "failed", "Status 204"),
        ("opens", Seen(problem="net::ERR_FAILED"), "failed", "net::ERR_FAILED"),
        ("in-menu", Seen(menu=frozenset({"/page"})), "passed", "There"),
        ("in-menu", Seen(menu=frozenset({"/pages"})), "failed", "Not among the 1 links of the menu"),
        ("not-in-menu", Seen(menu=frozenset({"/page"})), "failed", "There"),
        ("refused", Seen(403, path="/page"), "passed", "Status 403"),
        ("refused", Seen(401, path="/page"), "passed", "Status 401"),
        ("refused", Seen(404, path="/page"), "failed", "Status 404"),
        ("refused", Seen(200, path="/"), "failed", "Status 200, and leads to /"),
        ("refused", Seen(200, path="/page", elements={REFUSAL: HERE}), "passed", "Status 200, and says so"),
        ("refused", Seen(200, path="/page", elements={REFUSAL: UNSEEN}), "failed", "Status 200"),
        ("refused", Seen(403, path="/page", elements={"#n": UNSEEN}), "failed", "Status 403, but shows #n"),
        ("refused", Seen(problem="no answer at all"), "failed", "no answer at all"),
        ("offered", Seen(elements={"/page": UNSEEN}), "failed", "There, but hidden"),
        ("not-offered", Seen(elements={"/page": UNSEEN}), "failed", "Offered: 1 elements match"),
        ("not-offered", Seen(elements={"/page": ()}), "passed", "Not offered"),
        ("not-offered", Seen(broken={"/page": "odd"}), "failed", "the selector cannot be used: odd"),
        ("value", Seen(elements={"/page": HERE}), "failed", "nothing to compare with"),
        ("rows", Seen(elements={"/page": HERE}), "failed", "nothing to compare with"),
        ("script", Seen(heard=Heard(script=("a", "a", "b"))), "failed", "a; b"),
        ("barriers", Seen(barriers={"/page": ()}), "passed", "None"),
        ("request-refused", Seen(statuses={"/page": 401}), "passed", "Status 401"),
        ("request-refused", Seen(statuses={"/page": "redirected"}), "failed", "redirected"),
        ("action-refused", Seen(statuses={"/page": 403}), "passed", "Status 403"),
        ("action-refused", Seen(statuses={"/page": 401}), "failed", "Status 401"),
        ("action-refused", Seen(statuses={"/page": 404}), "failed", "Status 404"),
        ("action-refused", Seen(statuses={"/page": 422}), "failed", "Status 422"),
        ("action-allowed", Seen(statuses={"/page": 422}), "passed", "Status 422"),
        ("action-allowed", Seen(statuses={"/page": 403}), "failed", "Status 403"),
        ("action-allowed", Seen(statuses={"/page": 500}), "failed", "Status 500"),
        ("request-answered", Seen(statuses={"/page": 404}), "failed", "Status 404"),
        ("wrong-password", Seen(200, path="/sign-in", elements={FORM: HERE}), "passed", "Refused"),
        ("wrong-password", Seen(200, path="/", elements={FORM: ()}), "failed", "Signed in: / opens with status 200"),
        ("wrong-password", Seen(401, problem="no form"), "failed", "no form"),
    ],
)  # fmt: skip
def test_lines_are_answered_by_what_was_seen(kind: str, seen: Seen, status: str, found: str) -> None:
    assert answer(kind, seen) == (status, found)


def test_this_machine_has_three_names_and_another_one() -> None:
    assert own_hosts("http://localhost:1") == {"localhost", "127.0.0.1", "::1"}
    assert own_hosts("https://shop.example/base") == {"shop.example"}


def test_many_events_are_summed_up() -> None:
    assert sentence(()) == ""
    assert sentence(("a", "b", "c", "d", "d")) == "a; b; c; and 1 more"
