from __future__ import annotations

import time

import pytest

from sources.html import absolute, links_in, text_of
from sources.marks import hashtags


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain words", "plain words"),
        ("Ada &amp; Rowan &#8217;", "Ada & Rowan ’"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("One<br/>Two<BR>Three", "One\nTwo\nThree"),
        ("<ul>\n  <li>soup</li>\n  <li>bread</li>\n</ul>", "soup\nbread"),
        ("a<script>alert('<b>')</script>b<style>p{}</style>c<!-- d -->e", "abce"),
        ("I <3 ferries & you", "I <3 ferries & you"),
        ("<b>bro<i>ken", "broken"),
        ("<p>tail&nbsp;&nbsp; spaces </p>", "tail spaces"),
        ('<span class="invisible">https://</span><span>ada.example</span>', "https://ada.example"),
        ('<p class="quote-inline">RE: https://x.example/1</p><p>Quite so</p>', "Quite so"),
        ("&#27;[31mred&#27;[0m", "[31mred[0m"),
        ("<p>\x1b]0;title\x07calm</p>", "calm"),
        ("", ""),
    ],
)
def test_markup_becomes_the_words_a_person_would_read(markup: str, text: str):
    assert text_of(markup) == text


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 200_000 + "deep",
        "<b><p>" * 50_000,
        "<a " * 300_000,
        "<script>" * 100_000,
        "<!--" * 200_000,
        "<b> </b>" * 100_000 + "x",
        "&" * 500_000,
        "<" * 500_000,
        "<a href='" * 100_000,
    ],
)
def test_monstrous_markup_is_read_in_a_moment(markup: str):
    began = time.process_time()
    text_of(markup)
    links_in(markup, "https://ada.example/")
    assert time.process_time() - began < 2


def test_links_are_absolute_and_harmless():
    markup = """<a href='/a'>a</a><A HREF=b>b</A><a class="mention" href="/m">m</a>
    <a href="javascript:x()">x</a><a href="https://e.example/?a=1&amp;b=2">e</a><a href="/a">again</a>"""
    assert links_in(markup, "https://ada.example/x/", ("mention",)) == (
        "https://ada.example/a",
        "https://ada.example/x/b",
        "https://e.example/?a=1&b=2",
    )
    assert absolute("http://[", "https://ada.example/") == "http://["
    assert absolute("//[", "https://ada.example/") == ""


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#LouderLantern and #louderlantern again", ("LouderLantern",)),
        ("(#ferry) „#économie“ ＃党首選", ("ferry", "économie", "党首選")),
        ("C# no, a#b no, #42 no, #2026vote yes", ("2026vote",)),
        ("https://ada.example/#part", ()),
        ("none", ()),
    ],
)
def test_hashtags_are_found_in_any_script(text: str, tags: tuple[str, ...]):
    assert hashtags(text) == tags


@pytest.mark.parametrize(
    "attributes",
    [
        " ".join(f"a{n}='1'" for n in range(60_000)),
        " ".join(f"a{n}='<'" for n in range(60_000)),
        " ".join(f"a{n}='>'" for n in range(60_000)),
        "b " * 200_000,
        "/b" * 200_000,
    ],
    ids=["quoted", "with <", "with >", "bare", "slashes"],
)
@pytest.mark.parametrize("tag", ["<p {}>Meet Ada</p>", "<p>Meet Ada</p {}>", "<p {}"])
def test_a_tag_of_countless_attributes_is_read_in_passing(attributes: str, tag: str):
    """A parser needs ten seconds for the least of these, and holds everything up meanwhile."""
    started = time.process_time()
    text = text_of(tag.format(attributes))
    assert time.process_time() - started < 2
    if not {"<", ">"} & set(attributes):
        assert text == ("Meet Ada" if "Meet" in tag else "")
