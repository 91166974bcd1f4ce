from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from contest.post import Context
from contest.visit import Memory, Validators
from sources import feed
from sources.errors import SourceError
from sources.source import Page
from tests.sources.canned import Canned, answer, document, entry

REAL = Path(__file__).parents[2] / "../shared/feeds/real"

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Ada Little</title><link>https://ada.example/</link><language>en-gb</language>{items}</channel></rss>"""

ITEM = """<item><guid isPermaLink="false">{guid}</guid><title>{title}</title><link>/{guid}</link>
<description>{text}</description><pubDate>Thu, 19 Nov 2026 18:00:00 GMT</pubDate>
<dc:creator>Siân Close</dc:creator></item>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">
<title>Lantern News</title><id>urn:lantern</id>
<entry><id>urn:lantern:2</id><title type="text">Fish &lt;b&gt; chips</title>
<link href="https://lantern.example/2"/><published>2026-11-18T10:00:00Z</published>
<updated>2026-11-19T10:00:00Z</updated>
<author><name>Denzil Brown</name><uri>https://lantern.example/denzil</uri></author>
<thr:in-reply-to ref="urn:lantern:1" href="https://lantern.example/1"/>
<content type="html">&lt;p&gt;Vote at the &lt;a href="/pier"&gt;pier&lt;/a&gt; #LanternLead&lt;/p&gt;</content></entry></feed>"""


def rss(*items: str) -> str:
    return RSS.format(items="".join(items))


def item(guid: str = "1", title: str = "A plan", text: str = "For the ferry") -> str:
    return ITEM.format(guid=guid, title=title, text=text)


def read(body: str | bytes, **headers: str) -> Page:
    return feed.parse(answer(document(body, **headers)), entry())


def test_an_rss_item_becomes_a_post():
    page = read(rss(item()), content_type="application/rss+xml; charset=utf-8")
    (post,) = page.posts
    assert page.notices == ()
    assert post.uid == "https://ada.example/feed.xml#1"
    assert (post.text, post.title) == ("A plan\nFor the ferry", "A plan")
    assert post.url == "https://ada.example/1"
    assert post.published == datetime(2026, 11, 19, 18, tzinfo=UTC)
    assert (post.author.name, post.author.id) == (
        "Siân Close",
        "https://ada.example/feed.xml#Siân Close",
    )
    assert (post.platform, post.kind, post.lang, post.date_note) == ("feed", "post", "en-gb", "")
    assert post.claimed == "Thu, 19 Nov 2026 18:00:00 GMT"
    assert post.raw.startswith(b"<item><guid")
    assert post.raw.endswith(b"</item>")


def test_an_atom_entry_becomes_a_reply_that_was_edited():
    (post,) = read(ATOM).posts
    assert post.text == "Fish <b> chips\nVote at the pier #LanternLead"
    assert post.author.id == "https://lantern.example/denzil"
    assert post.kind == "reply"
    assert post.reply_to == Context(
        "https://ada.example/feed.xml#urn:lantern:1", missing="not captured"
    )
    assert post.edited == datetime(2026, 11, 19, 10, tzinfo=UTC)
    assert (post.links, post.hashtags) == (("https://ada.example/pier",), ("LanternLead",))


def test_a_feed_of_ones_own_vouches_for_its_author():
    page = feed.parse(answer(document(rss(item()))), entry(speaker="@AdaLittleLP"))
    assert page.posts[0].author.account == "@AdaLittleLP"
    assert read(rss(item())).posts[0].author.account == ""


def test_identity_is_guid_then_link_then_words_and_date():
    without = "<item><title>{}</title>{}<pubDate>Thu, 19 Nov 2026 18:00:00 GMT</pubDate></item>"
    body = rss(item("g-7"), without.format("Linked", "<link>/l</link>"), without.format("Bare", ""))
    uids = [post.uid for post in read(body).posts]
    assert uids[:2] == [
        "https://ada.example/feed.xml#g-7",
        "https://ada.example/feed.xml#https://ada.example/l",
    ]
    assert uids == [post.uid for post in read(body).posts]
    assert len(uids[2]) == len("https://ada.example/feed.xml#") + 32


def test_no_feed_can_pass_off_a_new_version_of_anothers_post():
    theirs = feed.parse(answer(document(rss(item("https://ada.example/1")))), entry())
    forged = feed.parse(
        answer(document(rss(item("https://ada.example/1", text="I resign")))),
        entry(url="https://rival.example/f"),
    )
    assert theirs.posts[0].uid != forged.posts[0].uid


def test_a_secret_in_the_feeds_address_is_in_no_uid():
    page = feed.parse(
        answer(document(rss(item()))),
        entry(url="https://u:pw@ada.example/feed?user=ada&token=s3cret"),
    )
    assert page.posts[0].uid.startswith("https://ada.example/feed?~")
    assert "s3cret" not in repr(page.posts[0])


def test_the_version_changes_with_the_words_and_with_nothing_else():
    first, same, edited = (
        read(rss(item(text=text))).posts[0]
        for text in ("Ten ferries", "Ten ferries", "Twelve ferries")
    )
    assert first.version == same.version != edited.version
    assert first.uid == edited.uid


def test_entries_that_share_a_guid_are_told_apart_and_repeated_ones_come_once():
    shared = "<item><guid isPermaLink='false'>x</guid><link>/{}</link><title>{}</title></item>"
    page = read(rss(*(shared.format(*each) for each in ((1, "A"), (2, "B"), (2, "B"), (2, "C")))))
    assert [post.title for post in page.posts] == ["A", "B", "C"]
    assert len({post.uid for post in page.posts}) == 3
    assert "3 entries share their guids: told apart by link, or title and date" in page.notices


def test_undated_and_impossibly_dated_entries_are_counted():
    dated = "<item><guid>{0}</guid><title>{0}</title><pubDate>{0}</pubDate></item>"
    page = read(rss(dated.format("Mon, 01 Jan 2099 00:00:00 GMT"), dated.format("soon"), item()))
    assert "1 of 3 entries have no legible date" in page.notices
    assert "1 of 3 entries have a date without sense" in page.notices
    assert [post.claimed for post in page.posts][1] == "soon"


def test_outside_text_is_made_harmless():
    (post,) = read(
        rss(item(title="&#155;31m [b]red[/b]", text="&lt;p&gt;" + "x" * 1_000_000))
    ).posts
    assert not {"\x9b", "\x1b"} & set(post.text)
    assert len(post.text) < 110_000
    (post,) = read(
        rss("<item><guid>1</guid><link>javascript:alert(1)</link><title>t</title></item>")
    ).posts
    assert post.url == ""


def test_the_same_document_is_not_read_twice():
    first = read(rss(item()))
    again = feed.parse(answer(document(rss(item())), memory=first.memory), entry())
    changed = feed.parse(answer(document(rss(item("2"))), memory=first.memory), entry())
    assert (len(first.posts), len(again.posts), len(changed.posts)) == (1, 0, 1)


@pytest.mark.parametrize(
    ("headers", "ttl", "seconds"),
    [
        ({"cache_control": "public, max-age=900"}, "", 900),
        ({}, "<ttl>30</ttl>", 1800),
        ({}, "<ttl>99999</ttl>", 21600),
        ({}, "<ttl>often</ttl>", None),
        ({}, "", None),
    ],
)
def test_how_long_a_feed_asks_to_be_left_alone_is_remembered(
    headers: dict[str, str], ttl: str, seconds: int | None
):
    assert read(rss(ttl, item()), **headers).memory.notes.get("not_before_s") == seconds


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "answered with nothing"),
        (b"  \n ", "answered with nothing"),
        (
            b"/etc/passwd",
            'answered "/etc/passwd", not a feed: a path or an address; it was not opened',
        ),
        (b"tests/sources/feed.xml", "it was not opened"),
        (b"https://rival.example/feed.xml", "it was not opened"),
        (b"file:///etc/passwd", "it was not opened"),
        (b"come back tomorrow", "plain text"),
        (b"<!DOCTYPE html><title>Hello</title>", "a web page, not a feed"),
        (b"<html><body><p>Please log in", "ask its owner for the feed's address"),
        (
            b"<opml version='2.0'><body><outline xmlUrl='a'/><outline xmlUrl='b'/></body></opml>",
            "a list of 2 feeds (OPML)",
        ),
        (b"<?xml version='1.0'?><menu><dish>soup</dish></menu>", "valid XML, but not a feed"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "no entries of a feed can be recognised"),
        (b"<rss version='2.0'><channel><title>x", "breaks off before its first entry"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', 'an object with "version" came'),
        (b"[1, 2]", "a list came"),
        (b'{"items": {}}', 'an object with "items"'),
        (b'{"items": [', "broken JSON"),
        (b"[" * 100_000, "broken JSON"),
        (b"<rss>" + b"<a>" * 200_000, "200,001 tags, more than any feed needs"),
        (b"\x1f\x8b\x08\x00\x00", "is not a feed, or breaks off"),
    ],
)
def test_what_is_no_feed_is_named_for_what_it_is(body: bytes, words: str):
    with pytest.raises(SourceError) as caught:
        read(body)
    assert words in str(caught.value)
    assert str(caught.value).startswith("https://ada.example/feed.xml ")


def test_a_web_page_tells_where_its_feeds_are():
    page = b"""<!doctype html><head><link rel="alternate" type="application/rss+xml" href="/news.rss">
    <link rel=alternate type=application/feed+json href="https://ada.example/news.json"><link rel=stylesheet href=x>"""
    with pytest.raises(
        SourceError, match=r"https://ada.example/news.rss, https://ada.example/news.json$"
    ):
        read(page)


def test_a_body_that_names_a_file_never_opens_it(tmp_path: Path):
    (tmp_path / "secret.xml").write_text(rss(item("secret")))
    with pytest.raises(SourceError, match="not opened"):
        read(str(tmp_path / "secret.xml"))


def test_broken_xml_gives_what_can_be_read_and_says_so():
    page = read(rss(item("1"), item("2"), "<item><title>&nope; <b>"))
    assert len(page.posts) >= 2
    assert "its XML is broken" in page.notices[0]


def test_an_empty_feed_is_empty_and_not_broken():
    page = read(rss())
    assert (page.posts, page.notices) == ((), ("the feed has no entries yet",))


def test_a_feed_in_another_encoding_is_read():
    body = rss(item(title="Siân à Périgueux")).replace(
        'version="1.0"?', 'version="1.0" encoding="utf-16"?'
    )
    (post,) = read(body.encode("utf-16")).posts
    assert post.title == "Siân à Périgueux"
    assert json.loads(post.raw)["title"] == "Siân à Périgueux"


def test_the_payload_is_the_entrys_own_xml_even_where_its_words_look_like_items():
    tricky = (
        "<item><guid>1</guid><title><![CDATA[</item><item>]]></title></item><!-- <item></item> -->"
    )
    posts = read(rss(tricky, item("2"))).posts
    assert posts[0].raw == tricky.partition("<!--")[0].encode()
    assert b"<guid" in posts[1].raw


def test_a_feed_of_thousands_is_read_in_part_and_says_so():
    page = read(rss(*(f"<item><guid>{n}</guid></item>" for n in range(5_010))))
    assert len(page.posts) == 5_000
    assert "only the first 5,000 of 5,010 entries were read" in page.notices


def test_a_billion_laughs_are_not_laughed():
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    body = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{entities}]>' + rss(item(title="&l11;"))
    began = time.process_time()
    page = read(body)
    assert time.process_time() - began < 3
    assert all(len(post.text) < 1_000 for post in page.posts)


DECLARED = b'<?xml version="1.0"?>'
BARE = rss(item()).encode().removeprefix(DECLARED)


@pytest.mark.parametrize(
    "body",
    [
        DECLARED + b"\n" * 200_000 + BARE,
        b"\n" * 200_000 + DECLARED + BARE,
        DECLARED + b"<!--" + b" \n" * 100_000 + b"-->" + BARE,
        (DECLARED + b"\n" * 200_000 + BARE).decode().encode("utf-16"),
    ],
    ids=["after the declaration", "before it", "in a comment", "in UTF-16"],
)
def test_blanks_before_the_first_tag_cost_nothing(body: bytes):
    began = time.process_time()
    assert len(read(body).posts) == 1
    assert time.process_time() - began < 2


def tag_with(attributes: int) -> bytes:
    named = b" ".join(b"a%d = '>'" % n for n in range(attributes))
    return DECLARED + BARE.replace(b"<language>", b"<language " + named + b">")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (DECLARED + b"\n<!ENTITY" * 20_000 + BARE, "bytes before its first tag"),
        (DECLARED + b"<!--" + b"\n." * 9_000 + b"-->" + BARE, "bytes before its first tag"),
        (b"<?xml ?>" + b'encoding=""' * 20_000 + BARE, "bytes before its first tag"),
        (b"<?xml " + b'encoding=""' * 20_000 + BARE, "its XML declaration does not end"),
        (tag_with(101), "a tag of more than 100 attributes"),
        (tag_with(101).decode().encode("utf-16"), "a tag of more than 100 attributes"),
        (
            DECLARED + b'<!DOCTYPE rss [<!ATTLIST item a CDATA "">]>' + BARE,
            "rules for attributes of its own",
        ),
        (b'<?xml version="1.0" encoding="punycode"?>' + BARE, "an encoding that is none"),
        ("<rss>".encode("utf-16") + "<a>".encode("utf-16-le") * 200_000, "200,001 tags"),
    ],
    ids=[
        "entities",
        "a long comment",
        "a cubed declaration",
        "an open declaration",
        "attributes",
        "attributes in UTF-16",
        "attributes by rule",
        "punycode",
        "tags in UTF-16",
    ],
)
def test_what_would_take_the_parser_for_ever_is_refused_at_once(body: bytes, words: str):
    began = time.process_time()
    with pytest.raises(SourceError, match=words):
        read(body)
    assert time.process_time() - began < 2


def test_many_links_and_many_attributes_alone_are_no_reason_to_refuse():
    links = '&lt;a href="x" class="y"&gt;' * 2_000
    assert len(read(rss(item(text=links))).posts) == 1
    assert len(read(tag_with(100)).posts) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("declared", ["", '<?xml version="1.0" encoding="utf-16"?>'])
def test_a_body_that_shows_its_encoding_is_believed_before_its_server(encoding: str, declared: str):
    body = declared + rss(item(title="Siân")).removeprefix(DECLARED.decode())
    (post,) = read(body.encode(encoding), content_type="application/rss+xml").posts
    assert post.title == "Siân"


@pytest.mark.parametrize("half", ["&#xD800;", "&#x0dfff;", "&#55296;", "&#xd800"])
def test_half_a_character_spoils_no_feed(half: str):
    posts = read(rss(item(title=f"Lamp {half}"), item("2"))).posts
    assert [post.title for post in posts][1] == "A plan"
    assert posts[0].title.startswith("Lamp \N{REPLACEMENT CHARACTER}")


def test_whole_characters_by_number_stay():
    (post,) = read(rss(item(title="&#55295;&#57344;&#x1F3EE;&#551;"))).posts
    assert post.title == "\ud7ff\ue000\U0001f3ee\u0227"


@pytest.mark.parametrize("served", ["application/octet-stream", "text/html", "text/xml", "?"])
def test_an_empty_feed_is_empty_however_it_is_served(served: str):
    page = read(rss(), content_type=served)
    assert (page.posts, page.notices) == ((), ("the feed has no entries yet",))


TWICE = """<entry><id>{}</id><title>{}</title><updated>2026-11-{}T10:00:00Z</updated></entry>"""


def test_of_atom_entries_with_one_id_the_one_updated_last_counts():
    entries = "".join(
        TWICE.format(*each)
        for each in (
            ("urn:a", "first", 17),
            ("urn:b", "other", 17),
            ("urn:a", "last", 19),
            ("urn:a", "second", 18),
        )
    )
    page = read(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>{entries}</feed>')
    assert [(post.uid, post.title) for post in page.posts] == [
        ("https://ada.example/feed.xml#urn:a", "last"),
        ("https://ada.example/feed.xml#urn:b", "other"),
    ]
    assert page.notices == ()


def test_atom_entries_without_an_id_are_told_apart():
    entries = "".join(TWICE.format("", title, 18) for title in ("one", "two"))
    page = read(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>{entries}</feed>')
    assert [post.title for post in page.posts] == ["one", "two"]


JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Rowan Green",
    "language": "cy",
    "authors": [{"name": "Rowan Green", "url": "https://rowan.example/"}],
    "items": [
        {
            "id": "https://rowan.example/2",
            "url": "https://rowan.example/2",
            "title": "Lanterns",
            "content_html": "<p>Light <a href='/pier'>the pier</a></p>",
            "date_published": "2026-11-19T18:00:00+00:00",
            "date_modified": "2026-11-19T19:00:00+00:00",
        },
        {"id": 3, "content_text": "Only words", "author": {"name": "Denzil Brown"}},
        "no item",
        {},
    ],
}


def test_a_json_feed_is_read_and_its_odd_items_are_counted():
    page = read(json.dumps(JSON_FEED))
    first, second = page.posts
    assert first.text == "Lanterns\nLight the pier"
    assert first.links == ("https://ada.example/pier",)
    assert (first.author.name, first.author.id, first.lang) == (
        "Rowan Green",
        "https://rowan.example/",
        "cy",
    )
    assert first.edited == datetime(2026, 11, 19, 19, tzinfo=UTC)
    assert json.loads(first.raw) == JSON_FEED["items"][0]
    assert (second.uid, second.author.name) == ("https://ada.example/feed.xml#3", "Denzil Brown")
    assert "2 of 4 items are no JSON Feed items" in page.notices


@pytest.mark.parametrize("wrong", [None, 7, "x", [], {}, True, [None], {"name": 3}])
def test_no_shape_of_a_json_feeds_members_breaks_it(wrong: object):
    keys = (
        "url",
        "title",
        "content_html",
        "content_text",
        "date_published",
        "authors",
        "author",
        "language",
        "summary",
    )
    items = [{"id": str(n), "content_text": "x", key: wrong} for n, key in enumerate(keys)]
    page = read(json.dumps({"title": wrong, "authors": wrong, "items": items}))
    assert len(page.posts) == len(keys)


async def test_a_visit_asks_conditionally_and_remembers_what_it_is_told():
    canned = Canned(
        {
            "/feed.xml": [
                httpx.Response(200, text=rss(item()), headers={"etag": '"1"'}),
                httpx.Response(304),
            ]
        }
    )
    async with canned.web() as web:
        first = await feed.fetch(web, entry(), Memory())
        page = feed.parse(first, entry())
        second = await feed.fetch(web, entry(), page.memory)
    assert page.memory.validators == {"https://ada.example/feed.xml": Validators('"1"')}
    assert canned.headers[1]["if-none-match"] == '"1"'
    assert "application/atom+xml" in canned.headers[0]["accept"]
    again = feed.parse(second, entry())
    assert (again.posts, again.memory) == ((), page.memory)


@pytest.mark.skipif(
    not REAL.is_dir(), reason="the recorded real-world feeds are not beside this checkout"
)
def test_every_real_feed_yields_entries_or_a_stated_reason():
    reasons = {}
    counts = {}
    for path in sorted(REAL.iterdir()):
        try:
            page = feed.parse(
                answer(document(path.read_bytes())), entry(url=f"https://real.example/{path.name}")
            )
            counts[path.name] = len(page.posts)
            assert all(post.raw and post.uid for post in page.posts)
        except SourceError as error:
            reasons[path.name] = str(error)
    lists = {name for name in reasons if name.endswith(".opml")}
    assert all("(OPML)" in reasons[name] for name in lists)
    assert reasons.keys() - lists == {"ScriptingNews.json", "allthis-partial.json"}
    assert min(counts.values()) >= 1
    assert sum(counts.values()) == 877
