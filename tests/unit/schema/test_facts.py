"""Facts as values: compared both ways, fingerprinted over everything they say."""

from __future__ import annotations

from reseed.schema.facts import Difference, Facts, Key, compare

TABLE, INDEX = Key("table", "public.a"), Key("index", "public.ix")


def facts(**definitions: str) -> Facts:
    keys = {"table": TABLE, "index": INDEX}
    return Facts({keys[kind]: text for kind, text in definitions.items()})


def test_differences_name_what_is_missing_extra_and_changed() -> None:
    assert compare(facts(table="x"), facts(index="y")) == (
        Difference(INDEX, "extra", "", "y"),
        Difference(TABLE, "missing", "x", ""),
    )
    (changed,) = compare(facts(table="x"), facts(table="y"))
    assert str(changed) == "changed table public.a: expected x; found y"
    assert compare(facts(table="x"), facts(table="x")) == ()


def test_the_fingerprint_sees_kind_name_and_definition() -> None:
    seen = {
        Facts({Key(*key): text}).fingerprint
        for key, text in {("a", "b"): "c", ("ab", ""): "c", ("a", "bc"): "", ("", "a"): "bc"}.items()
    }
    assert len(seen) == 4
    assert facts(table="x").fingerprint == facts(table="x").fingerprint
