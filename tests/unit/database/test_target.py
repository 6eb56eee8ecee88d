"""A target reads what libpq and SQLAlchemy read, writes it back, and never shows the password."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from reseed.database import Target
from reseed.errors import SettingsError

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://me:pw@db.example:6543/shop", Target("db.example", 6543, "me", "pw", "shop")),
        ("postgres://me@db.example/shop", Target("db.example", 5432, "me", None, "shop")),
        ("postgresql+psycopg://me:pw@h/shop", Target("h", 5432, "me", "pw", "shop")),
        ("postgresql://me:p%40%2F%23@[::1]:5433/a%20b", Target("::1", 5433, "me", "p@/#", "a b")),
        ("postgresql:///shop?host=/run/pg", Target("/run/pg", 5432, "", None, "shop")),
        ("host=h port=1 dbname=shop user=me", Target("h", 1, "me", None, "shop")),
        ("postgresql://h", Target("h", 5432, "", None, "")),
        (
            "postgresql://h/shop?sslmode=require&application_name=x",
            Target("h", 5432, "", None, "shop", {"sslmode": "require", "application_name": "x"}),
        ),
    ],
)
def test_parse(url: str, expected: Target) -> None:
    assert Target.parse(url) == expected
    assert Target.parse(expected.url()) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "   ",
        "nonsense",
        "mysql://me:s3cret@h/shop",
        "postgresql://me:s3cret@h:port/shop",
        "postgresql://me:s3cret@h:99999/shop",
        "postgresql://me:s3cret@one,two/shop",
        "postgresql://me:s3cret@h/shop?nosuchoption=1",
        "postgresql://me:s3cret@h/shop?sslmode",
        "postgresql://me:s3cret%zz@h/shop",
    ],
)
def test_a_malformed_url_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        Target.parse(url)
    assert "postgresql://" in str(refusal.value) or "expected" in str(refusal.value)
    assert "s3cret" not in str(refusal.value)
    assert refusal.value.__cause__ is None


@given(user=TEXT, password=TEXT, database=TEXT)
def test_any_name_survives_the_url(user: str, password: str, database: str) -> None:
    target = Target("127.0.0.1", 5433, user, password, database)
    assert Target.parse(target.url()) == target
    assert conninfo_to_dict(target.url()) == target.parameters
    read = sa.make_url(target.url())
    assert (read.username, read.password, read.database) == (user, password, database)


def test_the_password_stays_out_of_sight() -> None:
    target = Target("h", 5432, "me", "s3cret", "shop", {"sslpassword": "s3cret"})
    for shown in (repr(target), str(target), f"{target}", target.masked):
        assert "s3cret" not in shown
    assert target.masked == "me@h:5432/shop"
    assert ":s3cret@" not in target.url(password=False)


def test_another_database_on_the_same_server() -> None:
    target = Target("h", 1, "me", "pw", "shop", {"sslmode": "require"})
    assert target.on("other") == Target("h", 1, "me", "pw", "other", {"sslmode": "require"})


def test_a_setting_comes_and_goes_with_the_url() -> None:
    plain = Target.parse("postgresql://me@host/shop?options=-c%20statement_timeout%3D5s&sslmode=require")
    with_tenant = plain.with_setting("app.tenant", "7").with_setting("app.tenant", "8")
    again = Target.parse(with_tenant.url())
    assert again.options["options"] == "-c statement_timeout=5s -c app.tenant=8"
    assert again.without_setting("app.tenant") == plain
    bare = Target.parse("postgresql://me@host/shop")
    assert bare.with_setting("app.tenant", "7").without_setting("app.tenant") == bare
