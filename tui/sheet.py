"""A post opened, as titled paragraphs: what was said, what is said of it, what is kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from textual.content import Content

from contest.contest import Contest, bare
from contest.labels import NOT_ABOUT, SAID
from contest.opinion import Opinion, applied
from contest.post import Author, Context, Post
from contest.reading import Breach, Reading, Span, Tone
from contest.text import shown, shown_lines
from storage.board import Card, Version, Word
from tui import clock
from tui.columns import Part, joined
from tui.legend import Legend, lane, severity, signed, tone_style
from tui.plot import bar, gauge

LONGEST = 5_000
"""Characters of a post that are shown; the sign after them says how many are not."""
MARK = "bold reverse $text-warning"
HOSTILE = "bold underline $text-error"


@dataclass(frozen=True, slots=True)
class Section:
    """A paragraph with a title; `tone` is a class for the stylesheet ("", "-bad", "-post")."""

    title: str
    body: Content
    tone: str = ""


def said_sections(card: Card, contest: Contest) -> list[Section]:
    """What was said: the post, and above it what it answers."""
    sections = [_gone(card, contest)] if card.gone else []
    if parent := above(card, contest):
        sections.append(parent)
    sections.append(_post(card.versions[-1], contest))
    return sections


def record_sections(card: Card, contest: Contest) -> list[Section]:
    """What is kept of it: its earlier texts, and where and when it was seen."""
    earlier = card.versions[:-1]
    sections = [_revisions(earlier, contest)] if earlier else []
    return [*sections, _provenance(card, contest)]


def read_sections(card: Card, contest: Contest) -> list[Section]:
    """What is said of it: possible breaches, exchange, tones, hostility, the readers' versions."""
    latest, legend = card.versions[-1], Legend(contest)
    reading = latest.reading
    sections = [_breach(breach, latest.opinions, contest) for breach in reading.breaches]
    if not sections:
        sections.append(Section("Breaches", Content.styled("none seen", "$foreground-muted")))
    sections.append(Section("Tone towards each camp", _tones(latest, contest)))
    sections.append(Section("Hostility", _hostility(reading, legend)))
    sections.append(Section("Read by", _readers(reading)))
    return sections


def marked(text: str, breaches: Iterable[Span], hostile: Iterable[Span]) -> Content:
    """The text with the words marked that breaches (reversed) and hostility (underlined) rest on.

    Spans count characters of `text`; those that lie outside it are ignored.
    """
    flagged, heated = list(breaches), list(hostile)
    edges = {0, len(text)} | {
        min(max(at, 0), len(text)) for span in flagged + heated for at in span
    }
    cuts = sorted(edges)
    pieces = [
        (shown_lines(text[start:end]), _mark(start, flagged, heated))
        for start, end in pairwise(cuts)
    ]
    return Content.assemble(*(piece for piece in pieces if piece[0]))


def _mark(at: int, flagged: list[Span], heated: list[Span]) -> str:
    if any(start <= at < end for start, end in flagged):
        return MARK
    return HOSTILE if any(start <= at < end for start, end in heated) else ""


def _cut(text: str) -> tuple[str, str]:
    """As much of a text as is shown, and the sign for the rest."""
    rest = len(text) - LONGEST
    return text[:LONGEST], f"\n… +{rest:,} more characters" if rest > 0 else ""


def _post(version: Version, contest: Contest) -> Section:
    post, reading = version.post, version.reading
    text, more = _cut(post.text)
    flagged = [span for breach in reading.breaches for span in breach.spans]
    title = [Content.styled(shown(post.title, 300) + "\n", "bold")] if post.title else []
    body = Content("\n").join(
        [
            by_line(version, contest),
            _when(post, contest),
            Content(""),
            *title,
            marked(text, flagged, reading.hostility.spans) + Content.styled(more, "$text-warning"),
        ]
    )
    return Section({"post": "The post"}.get(post.kind, f"The {post.kind}"), body, "-post")


def by_line(version: Version, contest: Contest) -> Content:
    """Who wrote it, for which camp, in which role."""
    reading = version.reading
    parts: list[Part | Content] = [_author(version.post.author, _roster(version, contest))]
    if reading.camp:
        parts.append(Legend(contest).camp(reading.camp).label())
    parts.append((shown(reading.role.replace("_", " "), 40) or "not on the roster", ""))
    return joined(parts)


def _roster(version: Version, contest: Contest) -> str:
    """The author's handle on the roster at the time of the reading, else today's; "" off it."""
    return version.reading.account or _on_roster(version.post.author, version.post, contest)


def _on_roster(author: Author, post: Post, contest: Contest) -> str:
    account = contest.account_of(author, post.platform)
    return account.handle if account else ""


def _author(author: Author, roster: str = "") -> Content:
    """The handle that the panes use, the name, and where it differs the platform's own handle."""
    own = shown(author.handle or author.id, 60)
    name = f" {shown(author.name, 60)}" if author.name else ""
    if not roster or bare(roster) == bare(own):
        return Content.assemble((own, "bold"), name)
    return Content.assemble((shown(roster, 60), "bold"), name, (f" {own}", "$foreground-muted"))


def _when(post: Post, contest: Contest) -> Content:
    parts: list[Part | Content] = [(clock.full(post.published, contest.zone), "")]
    parts += [(_phase(post, contest), "")] if contest.phases else []
    parts.append((shown(post.platform, 30), "$foreground-muted"))
    if post.edited:
        parts.append((f"✎ edited {clock.full(post.edited, contest.zone)}", "bold $text-warning"))
    if post.date_note:
        parts.append((f"date: {shown(post.date_note, 200)}", "$text-warning"))
    return joined(parts)


def _phase(post: Post, contest: Contest) -> str:
    phase = contest.phase_at(post.published)
    return shown(phase.name, 60) if phase else "outside the timetable"


def above(card: Card, contest: Contest) -> Section | None:
    """What a post answers, quotes or reposts; None if it stands alone."""
    post = card.versions[-1].post
    context = post.parent
    if context is None and card.parent is None:
        return None
    verb = {"reply": "In reply to", "quote": "Quoting", "repost": "Reposting"}
    author = card.parent.author if card.parent else context.author if context else Author("")
    by = _author(author, _on_roster(author, card.parent or post, contest))
    title = verb.get(post.kind, "Above it")
    return Section(title, _said_before(by, context, card.parent, contest))


def _said_before(
    by: Content, context: Context | None, kept: Post | None, contest: Contest
) -> Content:
    """Who, when and what; what is not there is said to be missing. `by` may be empty."""
    text, more = _cut(kept.text if kept else context.text if context else "")
    why = context.missing if context else ""
    lines = [by] if by.plain.strip() else []
    if kept and lines:
        lines[0] += Content.styled(
            f" · {clock.full(kept.published, contest.zone)}", "$foreground-muted"
        )
    if text:
        lines.append(Content(shown_lines(text) + more))
    if why or not text:
        lines.append(Content.styled(f"not there: {shown(why, 80) or 'not captured'}", "italic"))
    return Content("\n").join(lines)


def _gone(card: Card, contest: Contest) -> Section:
    since = clock.full(card.gone, contest.zone) if card.gone else ""
    why = shown(card.gone_why, 120) or "no reason given"
    words = f"✗ No longer there since {since} ({why}). What was captured is kept below."
    return Section("Gone", Content.styled(words, "bold $text-error"), "-bad")


def _revisions(earlier: Iterable[Version], contest: Contest) -> Section:
    blocks = []
    for version in earlier:
        text, more = _cut(version.post.text)
        head = f"version {version.number}, captured {clock.full(version.captured, contest.zone)}"
        flagged = [span for breach in version.reading.breaches for span in breach.spans]
        body = marked(text, flagged, version.reading.hostility.spans)
        proof = (f"\nSHA-256 {version.sha256}", "$foreground-disabled")
        blocks.append(Content.assemble((head + "\n", "$text-warning"), body, more, proof))
    return Section("Earlier texts", Content("\n\n").join(blocks))


def _provenance(card: Card, contest: Contest) -> Section:
    latest = card.versions[-1]
    rows = [("URL", latest.post.url or "none"), ("seen in", ", ".join(card.sources) or "-")]
    rows += [("captured", clock.full(latest.captured, contest.zone))]
    rows += [("last seen", clock.full(card.last_seen, contest.zone))] if card.last_seen else []
    rows += [("claimed", latest.post.claimed)] if latest.post.date_note else []
    rows += [("SHA-256", latest.sha256), ("id", card.uid)]
    return Section("Where it was seen", _table(rows))


def _breach(breach: Breach, opinions: Iterable[Opinion], contest: Contest) -> Section:
    title = f"{breach.rule} · clause {breach.clause}"
    version = (f"version {shown(breach.version, 20)}", "")
    body = Content.assemble(
        joined([severity(breach.severity), lane(breach.lane), version]), "\n",
        _clause(breach, contest),
        ("\n\nWhy  ", "bold"), shown(breach.reason, 600),
        ("\nNot a breach if  ", "bold"), shown(breach.unless, 600) or "-",
        *_grounds(breach),
        *(_second(breach, opinion, contest) for opinion in opinions if opinion.is_about(breach)),
    )  # fmt: skip
    return Section(shown(title, 120), body, "-bad")


def _second(breach: Breach, opinion: Opinion, contest: Contest) -> Content:
    """What a second reader says of a flag, beside what the first one said."""
    seen = applied(breach, opinion)
    verdict = (_VERDICTS[opinion.verdict], "")
    return Content.assemble(
        ("\n\nSecond reader  ", "bold"),
        joined([severity(seen.severity), lane(seen.lane), verdict]),
        (f"; first: {breach.severity}, {breach.lane.replace('-', ' ')}\n", "$foreground-muted"),
        shown(opinion.because, 300), " “", shown(opinion.quoting, 300), "”\n",
        (f"{shown(opinion.model, 60)}, {shown(opinion.prompt, 40)},"
         f" {clock.full(opinion.at, contest.zone)}", "$foreground-muted"),
    )  # fmt: skip


_VERDICTS = {
    "stands": "the flag stands",
    "milder": "a step milder",
    "needs-context": "needs context",
}


def _grounds(breach: Breach) -> Iterator[Content]:
    """On what else the flag rests: the role, the clock, how the speaker stands to the words."""
    away = timedelta(seconds=abs(breach.edge_s or 0))
    edge = f"{clock.until(away)} {_SIDES[(breach.edge_s or 0) < 0]}: {breach.edge}"
    said = {
        "Role": breach.role_source,
        "Clock": edge if breach.edge else "",
        "Speaker": _STANCES.get(breach.stance, ""),
        "Rests on": _CLASSES.get(breach.detectability, ""),
        "Taken over from": breach.via,
        "Reaches back by": breach.authority,
        "To put it right": breach.mend,
    }
    for name, words in said.items():
        if words:
            yield Content.assemble((f"\n{name}  ", "bold"), shown(words, 400))


_SIDES = ("after", "before")
_STANCES = {
    "agrees": "agrees with what is answered",
    "condemns": "quotes to condemn",
    "reports": "reports",
    "denies": "denies",
    "insinuates": "says it by denying or asking",
    "jokes": "may be joking",
}
_CLASSES = {
    "A": "A: the post, the author's role and the clock",
    "B": "B: a register or the timetable beside the post",
    "C": "C: a hint only, the post alone proves nothing",
}


def _clause(breach: Breach, contest: Contest) -> Content:
    """The rule's title, and its words as they were when it was flagged."""
    title, words = "", breach.text
    try:
        rule = contest.rule(breach.rule, breach.version)
        title, words = rule.title, words or rule.text
    except KeyError:
        if not words:
            lost = "This version is no longer in the rulebook: its words are not known here."
            return Content.styled(lost, "italic $text-warning")
    return Content.assemble((shown(title, 200), "bold"), ("\n" + shown_lines(words), "italic"))


def _tones(version: Version, contest: Contest) -> Content:
    """The reader's tones, and below each what an officer said instead."""
    legend, rows = Legend(contest), []
    words = {word.camp: word for word in version.words}
    for tone in version.reading.tones:
        rows.append(_tone(tone, legend))
        if word := words.get(tone.camp):
            rows.append(_word(word, contest))
    if not rows:
        return Content.styled("speaks of no camp", "$foreground-muted")
    return Content("\n").join(rows)


def _word(word: Word, contest: Contest) -> Content:
    said = "not about this camp" if word.said == NOT_ABOUT else SAID[word.said]
    given = f" by {shown(word.who, 40) or 'an officer'}, {clock.full(word.at, contest.zone)}"
    return Content.assemble(
        ("  counts as: ", "$foreground-muted"), (said, "bold"), (given, "$foreground-muted")
    )


def _tone(tone: Tone, legend: Legend) -> Content:
    label = legend.camp(tone.camp).label()
    blank = " " * max(legend.widest - label.cell_length + 1, 1)
    sure = ("", "") if tone.sure else ("  not sure", "italic $foreground-muted")
    drawn = (gauge(tone.score, 11), tone_style(tone.score if tone.sure else 0.0))
    return Content.assemble(label, blank, drawn, f" {signed(tone.score)}", sure)


def _hostility(reading: Reading, legend: Legend) -> Content:
    heat = reading.hostility
    parts: list[Part | Content] = [
        Content.assemble((bar(heat.score, 10), "$text-error"), f" {round(heat.score * 100)} of 100")
    ]
    if heat.towards:
        names = [legend.camp(camp).label() for camp in heat.towards]
        parts.append(Content("towards ") + Content(", ").join(names))
    if reading.exchange:
        pair = (reading.exchange.from_camp, reading.exchange.to_camp)
        source, target = (legend.camp(camp).label() for camp in pair)
        parts.append(
            Content.assemble("exchange ", source, " → ", target, f" by {reading.exchange.by}")
        )
    return joined(parts)


def _readers(reading: Reading) -> Content:
    return _table(
        [(task, reader) for task, reader in sorted(reading.readers.items())] or [("-", "")]
    )


def _table(rows: Iterable[tuple[str, str]]) -> Content:
    return Content("\n").join(
        Content.assemble((f"{shown(name, 12):<10} ", "$foreground-muted"), shown(value, 400))
        for name, value in rows
    )
