from dataclasses import replace

from contest.contest import Account
from contest.opinion import Opinion
from contest.post import Author, Context
from storage.board import Word
from tests.tui.world import HOSTILE, NOW, a_card, a_contest, a_post, a_reading
from tui.sheet import LONGEST, marked, read_sections, record_sections, said_sections


def said(card):
    return {
        section.title: section.body.plain
        for section in (*said_sections(card, a_contest()), *record_sections(card, a_contest()))
    }


def read(card, contest=None):
    return {
        section.title: section.body.plain for section in read_sections(card, contest or a_contest())
    }


def latest(card, **changes):
    return replace(card, versions=(*card.versions[:-1], replace(card.versions[-1], **changes)))


def test_the_parent_stands_above_the_post():
    titles = list(said(a_card()))
    assert titles.index("In reply to") < titles.index("The reply")
    assert "Housing is the test" in said(a_card())["In reply to"]


def test_a_parent_that_is_not_there_says_why():
    orphan = a_post()
    orphan = replace(orphan, reply_to=replace(orphan.reply_to, text="", missing="deleted"))
    assert "not there: deleted" in said(latest(a_card(), post=orphan))["In reply to"]


def test_a_post_shows_author_role_camp_phase_and_time():
    body = said(a_card())["The reply"]
    for words in (
        "@TomosFrith Tomos Frith",
        "▲ Rowan Green",
        "team",
        "Voting",
        "Sat 7 Nov 13:54:22 GMT",
    ):
        assert words in body


def test_a_post_names_its_author_as_the_panes_do_and_then_as_the_platform_does():
    theirs = Author("did:x:1", "tomosfrith.lantern.example", "Tomos Frith")
    body = said(latest(a_card(), post=a_post(author=theirs)))["The reply"]
    assert body.startswith("@TomosFrith Tomos Frith tomosfrith.lantern.example · ")


def test_the_parents_author_is_named_as_the_panes_do():
    account = Account("@AdaLittleLP", "Ada Little", (), {"bluesky": "adalittlelp.lantern.example"})
    theirs = Author("did:x:2", "adalittlelp.lantern.example")
    post = a_post(reply_to=Context("at://post/p", theirs, "Housing is the test."))
    sections = said_sections(latest(a_card(), post=post), a_contest(accounts=(account,)))
    assert sections[0].body.plain.startswith("@AdaLittleLP adalittlelp.lantern.example\n")


def test_earlier_texts_are_kept_in_sight():
    assert "never finishes what she starts" in said(a_card())["Earlier texts"]


def test_a_post_that_is_gone_says_so_first():
    card = a_card(gone=NOW, gone_why="deleted")
    title, body = next(iter(said(card).items()))
    assert title == "Gone"
    assert "deleted" in body


def test_sources_and_url_are_named():
    body = said(a_card())["Where it was seen"]
    assert "https://social.example/b0" in body
    assert "@TomosFrith, #LouderLantern" in body


def test_a_breach_shows_clause_text_version_reason_and_what_would_make_it_none():
    body = read(a_card())["R01 · clause 4.2"]
    for words in (
        "version 1.1",
        "shall disparage another person",
        "Why  A member",
        "Not a breach if  it is about",
    ):
        assert words in body


def test_a_version_that_left_the_configuration_is_said_to_be_unknown():
    contest = a_contest(rules=())
    assert "no longer in the rulebook" in read(a_card(), contest)["R01 · clause 4.2"]


def test_a_tone_that_is_not_sure_says_so():
    tones = read(a_card())["Tone towards each camp"]
    assert "−0.82" in tones.splitlines()[0]
    assert "not sure" in tones.splitlines()[1]


def test_an_officer_s_word_stands_beside_the_reader_s_tone():
    words = (Word("little", 1, "Ann[b]a\x1b[2J", NOW), Word("green", "not about", "", NOW))
    lines = read(latest(a_card(), words=words))["Tone towards each camp"].splitlines()
    assert "−0.82" in lines[0]
    assert lines[1].startswith("  counts as: for by Ann[b]a")
    assert lines[1].endswith(", Sat 7 Nov 14:03:22 GMT")
    assert "\x1b" not in lines[1]
    assert "not sure" in lines[2]
    assert lines[3].startswith("  counts as: not about this camp by an officer, ")
    assert "counts as" not in read(a_card())["Tone towards each camp"]


def test_every_reading_names_its_reader():
    assert "tone@3" in read(a_card())["Read by"]


def test_a_post_without_any_flag_says_none_seen():
    reading = replace(a_reading(), breaches=(), tones=(), exchange=None)
    sections = read(latest(a_card(), reading=reading))
    assert sections["Breaches"] == "none seen"


def test_marks_lie_on_the_words_even_behind_characters_that_are_not_shown():
    text = "a\u200bb \u202e bad words end"
    start = text.index("bad")
    content = marked(text, [(start, start + 9)], [])
    (span,) = [span for span in content.spans if "reverse" in str(span.style)]
    assert content.plain[span.start : span.end] == "bad words"


def test_spans_outside_the_text_are_ignored():
    assert marked("short", [(-3, 2), (4, 99), (50, 60)], [(7, 3)]).plain == "short"


def test_hostile_text_is_shown_literally_without_escapes():
    plain = marked(HOSTILE, [], []).plain
    assert "[red]boo[/red] [/]" in plain
    assert "\x1b" not in plain
    assert "\u202e" not in plain


def test_a_very_long_post_is_cut_with_a_sign():
    body = said(latest(a_card(), post=a_post("x" * (LONGEST + 1234))))["The reply"]
    assert "+1,234 more characters" in body


def an_opinion(severity="S2", because="It quotes a rival’s slogan.", verdict="milder"):
    return Opinion(
        "R01",
        "1.1",
        severity,
        "case",
        verdict,
        because,
        "she lies",
        "crow:3b",
        "second-reader@1",
        NOW,
    )


def test_what_a_second_reader_says_stands_below_the_flag_with_both_severities():
    body = read(latest(a_card(), opinions=(an_opinion(),)))["R01 · clause 4.2"]
    assert body.startswith("S2 · ! case · version 1.1")
    _, second = body.split("Second reader  ")
    assert second.startswith("S1 · ! case · a step milder; first: S2, case\n")
    assert "It quotes a rival’s slogan. “she lies”" in second
    assert "crow:3b, second-reader@1, Sat 7 Nov" in second


def test_what_was_said_of_another_flag_is_not_shown_under_this_one():
    body = read(latest(a_card(), opinions=(an_opinion("S3"),)))["R01 · clause 4.2"]
    assert "Second reader" not in body


def test_a_second_readers_words_are_as_harmless_as_a_posts():
    body = read(latest(a_card(), opinions=(an_opinion(because=HOSTILE),)))["R01 · clause 4.2"]
    assert "[red]boo[/red]" in body
    assert not {"\x1b", "\u202e"} & set(body)
