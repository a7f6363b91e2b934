"""Text put into a card shows as it is and makes nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from cards.text import capital, day, escaped, joined, link, paragraph, plain, sentence, utf16_length

TODAY = date(2026, 11, 25)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[click](https://evil.example)", r"\[click\](https: //evil.example)"),
        ("see www.evil.example", "see www .evil.example"),
        ("mail a@evil.example", "mail a at evil.example"),
        ("**bold** _italic_ `code` ~struck~ a|b \\", r"\*\*bold\*\* \_italic\_ \`code\` \~struck\~ a\|b \\"),
        ("one\n\n# heading", "one # heading"),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
    ],
)
def test_markup_in_text_is_shown_not_obeyed(hostile: str, shown: str) -> None:
    assert escaped(hostile) == shown


@pytest.mark.parametrize("text", ["2 < 3 & 4 > 1", "a*b_c [d] `e` ~f| \\", "&amp; stays", "plain"])
def test_the_terminal_shows_the_text_that_was_escaped(text: str) -> None:
    assert plain(escaped(text)) == text


def test_a_link_reads_as_its_label_and_address() -> None:
    assert plain(link("AOFAS [2020]", "https://example.org/a")) == "AOFAS [2020] (https://example.org/a)"


def test_a_paragraph_has_a_bold_title_and_skips_empty_sentences() -> None:
    assert paragraph("Why", "One.", "", "Two.") == "**Why** One. Two."


def test_a_title_reads_with_a_colon() -> None:
    assert plain(r"**Do** Rest \*\* now \*\*.") == "Do: Rest ** now **."


def test_a_day_of_this_year_needs_no_year() -> None:
    assert day(date(2026, 11, 22), TODAY, MONTHS) == "22 Nov"
    assert day(date(2025, 1, 2), TODAY, MONTHS) == "2 Jan 2025"


def test_sentences_begin_with_a_capital_and_end_with_a_stop() -> None:
    assert [sentence(text) for text in ("rest", "Rest.", "rest?", "rest!")] == ["Rest.", "Rest.", "Rest?", "Rest!"]
    assert capital("") == ""


def test_empty_parts_are_left_out_when_joined() -> None:
    assert joined(["a", "", "b"]) == "a, b"


def test_length_is_counted_as_browsers_count_it() -> None:
    assert utf16_length("a🦶") == 3
