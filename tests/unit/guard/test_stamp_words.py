"""A stamp is one line of a comment, and leaves all others as they are."""

from __future__ import annotations

import pytest

from reseed.guard.stamp import rewritten


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "reseed.environment=production"),
        ("The shop.", "The shop.\nreseed.environment=production"),
        ("The shop.\n\n Ours.  ", "The shop.\n\n Ours.  \nreseed.environment=production"),
        ("a\nreseed.environment=staging\nb", "a\nb\nreseed.environment=production"),
        ("  Reseed.Environment = LIVE ", "reseed.environment=production"),
        ("not reseed.environment=x", "not reseed.environment=x\nreseed.environment=production"),
    ],
)
def test_a_stamp_is_set_once(before: str, after: str) -> None:
    assert rewritten(before, "production") == after
    assert rewritten(after, "production") == after


def test_a_stamp_taken_away_leaves_the_comment_as_it_was() -> None:
    for comment in ("", "The shop.", " two\n\nlines "):
        assert rewritten(rewritten(comment, "production"), None) == comment
