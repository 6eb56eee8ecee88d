"""Hostile values: whatever a database held, no form of a report breaks, and no value becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree as xml

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.console import Console

from reseed.records import Finding, Report
from reseed.report import (
    FORMS,
    findings_table,
    issues_markdown,
    junit_xml,
    validation_html,
    validation_markdown,
)
from reseed.report.markdown import inline, sql_block, table
from reseed.report.values import LONG, as_text, visible

PIECES = st.sampled_from(
    [
        "|",
        "\n",
        "\r\n",
        "`",
        "```",
        "<b>",
        "</td>",
        "&amp;",
        "]]>",
        "\\",
        "*",
        "_",
        "[x](y)",
        "\x1b[2J",
        "\u202e",
        "{{ 1 }}",
    ]
)
ANY = st.text(alphabet=st.characters())
HOSTILE = st.lists(PIECES | ANY, max_size=8).map("".join)


def hostile_report(text: str) -> Report:
    finding = Finding(
        check=f"family.{text}",
        question=text,
        passed=False,
        expected=text,
        actual={text: text},
        measured=1,
        rows=({"column": text, text: 1},),
        sql=text,
    )
    return Report(text, text, text, (finding,), {text: text}, ((text, (text,), ((text,),)),))


PLAIN = hostile_report("x")


class Tags(HTMLParser):
    """Collects the tags of a page in order, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(HOSTILE)
def test_html_has_the_same_tags_whatever_the_values_are(text: str) -> None:
    page = Tags(validation_html(hostile_report(f"x{text}")))
    assert page.tags == Tags(validation_html(PLAIN)).tags
    assert f"x{visible(text)}" in page.text


@given(HOSTILE)
def test_junit_parses_and_keeps_the_values(text: str) -> None:
    root = xml.fromstring(junit_xml(hostile_report(text)))  # noqa: S314
    case = root.find("testsuite/testcase")
    assert case is not None
    assert case.attrib["name"] == visible(f"family.{text}")
    assert as_text(text, LONG) in (case.findtext("failure") or "")


@given(HOSTILE)
@example("__init__")
def test_a_markdown_cell_reads_as_its_value(text: str) -> None:
    tokens = flat(table(("head",), [(text, "second")]))
    cells = [token for before, token in pairwise(tokens) if before.type == "td_open"]
    assert squeezed(words(cells[0])) == squeezed(as_text(text))


@given(HOSTILE)
def test_markdown_has_no_markup_from_values(text: str) -> None:
    for form in (validation_markdown, issues_markdown):
        tokens, plain = flat(form(hostile_report(f"x{text}"))), flat(form(PLAIN))
        assert [token.type for token in tokens] == [token.type for token in plain]
        inner = [one for token in tokens for one in token.children or []]
        assert {one.type for one in inner} <= {
            "text",
            "text_special",
            "strong_open",
            "strong_close",
            "html_inline",
        }
        assert {one.content for one in inner if one.type == "html_inline"} <= {"<br>"}
        assert sum(one.type == "strong_open" for one in inner) == 1  # the verdict


@given(HOSTILE)
@example("\n```\n<b>out</b>")
def test_sql_stays_in_its_block(text: str) -> None:
    tokens = flat(sql_block(f"SELECT {text};") + "\n\nafter")
    fences = [token for token in tokens if token.type == "fence"]
    assert len(fences) == 1
    assert lines(fences[0].content) == lines(visible(f"SELECT {text};"))


@given(HOSTILE)
def test_no_escape_sequence_reaches_a_terminal_or_a_file(text: str) -> None:
    report = hostile_report(text)
    console = Console(width=120, color_system=None)
    with console.capture() as capture:
        console.print(findings_table(report))
    shown = [capture.get(), *(form(report) for name, form in FORMS.items() if name != "report.json")]
    assert not [text for text in shown if re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)]


def test_a_long_value_is_cut_and_says_how_long_it_was() -> None:
    assert as_text("x" * 5000) == "x" * 200 + " … (5000 characters)"


def test_a_lone_surrogate_is_written_as_an_escape() -> None:
    assert inline("\ud800") == "\\\\ud800"
    assert replace(PLAIN, title="\ud800").title.encode("utf-8", "backslashreplace") == b"\\ud800"


def flat(document: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(document)


def words(cell: Token) -> str:
    return "".join("\n" if one.type == "html_inline" else one.content for one in cell.children or [])


def squeezed(text: str) -> str:
    """Without leading and trailing white space, which a table cell cannot hold, and tabs as blanks."""
    return "\n".join(line.strip() for line in text.replace("\t", " ").strip().split("\n"))


def lines(text: str) -> list[str]:
    return text.strip().split("\n")
