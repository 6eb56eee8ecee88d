"""The page checklist of a run: what a browser saw of the application's pages, role by role, with its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from modernize.web.look import parts
from modernize.web.look.paged import PagedTable
from modernize.web.services.runs import PagesView, PictureLine


def show_pages(run: str, pages: PagesView | None) -> None:
    """What a browser found on the application's pages, role by role, with its pictures."""
    if pages is None or not pages.executed:
        with parts.section("Page checklist"):
            why = f" {pages.reason[:1].upper()}{pages.reason[1:]}." if pages and pages.reason else ""
            parts.empty("Not run", f"No browser has opened the pages in this run.{why}")
        return
    with parts.section("Page checklist", note=f"{pages.sentence}. {pages.browser}, {pages.seconds:.0f} s"):
        counts = [(role.role, role.passed, role.failed, role.not_run) for role in pages.roles]
        head = ("Role", "Passed", "Failed", "Not run")
        parts.table(
            head, counts, caption="Lines of the checklist by role", numbers=(1, 2, 3), name="checklist"
        )
        failed = [
            (parts.words(one.role), one.page, one.what, one.expected, one.found) for one in pages.failed
        ]
        if failed:
            parts.text("h3", f"Lines that failed ({len(pages.failed)})")
            PagedTable(
                ("Role", "Page", "What", "Expected", "Found"),
                failed,
                caption="Lines that failed",
                name="checklist-failed",
            )
        for place, role in enumerate(dict.fromkeys(picture.role for picture in pages.pictures)):
            _pictures(
                run,
                role,
                [each for each in pages.pictures if each.role == role],
                is_open=not place and not failed,
            )


def _pictures(run: str, role: str, pictures: Sequence[PictureLine], *, is_open: bool) -> None:
    """The pictures of one role; what is folded is not fetched either."""
    with parts.box("details") as details:
        details.props.set_bool("open", is_open)
        parts.text("summary", f"{parts.words(role.lower())}: {parts.counted(len(pictures), 'picture')}")
        with parts.box("ul", "pictures"):
            for picture in pictures:
                _picture(run, picture)


def _picture(run: str, picture: PictureLine) -> None:
    source = f"/api/runs/{quote(run)}/pictures/{quote(picture.path)}"
    name = f"{picture.page} as seen by {parts.words(picture.role.lower())}"
    with parts.box("li"), parts.box("a", "", href=source, target="_blank", rel="noopener"):
        parts.box("img", src=source, alt=name, loading="lazy")
        parts.text("span", f"{picture.page}, {picture.passed} of {picture.asked}")
