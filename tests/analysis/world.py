"""The Lantern contest as far as reading needs it, and posts in it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from contest.code import Look, Rule
from contest.contest import ROLES, Account, Camp, Contest, Phase, Term
from contest.post import Author, Context, Post

BOUND = frozenset(("candidate", "team", "campaign_account", "mp", "councillor"))
CAMPAIGNS = frozenset(("candidate", "team", "campaign_account"))
PARTY = frozenset(ROLES) - {"journalist", "outsider"}
MEMBERS = frozenset(("member",))


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


CODE = utc("2026-10-15T11:00")
VOTING = utc("2026-10-26T09:00")
QUIET = utc("2026-11-09T12:00")
CLOSE = utc("2026-11-10T12:00")
DECLARED = utc("2026-11-14T11:00")
END = utc("2026-11-17T17:00")


def rule(name: str, looks_for: str, binds: frozenset[str], severity: str, **more: object) -> Rule:
    return Rule(
        id=name,
        clause=name[1:],
        title=name,
        text=name,
        version=more.pop("version", "1.0"),
        binds=binds,
        severity=severity,
        looks_for=tuple(more.pop("looks", (Look(looks_for),) if looks_for else ())),
        unless="it is meant otherwise",
        **more,
    )


def rules() -> tuple[Rule, ...]:
    code = {"start": CODE, "end": END}
    hard = {"raised_for": {"candidate": "S3"}}
    early = {
        "version": "0.9",
        "start": utc("2026-10-01T17:00"),
        "end": CODE,
        "expects": MEMBERS,
    }
    return (
        rule("R01", "attack-on-candidate", BOUND, "S2", expects=MEMBERS, **hard, **code),
        rule("R01", "attack-on-candidate", frozenset(), "S1", **early),
        rule(
            "R02",
            "attack-on-official",
            BOUND,
            "S2",
            expects=MEMBERS,
            raised_when={"named-official": "S3", "threat": "S4"},
            **hard,
            **code,
        ),
        rule("R04", "discrimination", PARTY, "S3", raised_when={"threat": "S4"}),
        rule(
            "R15",
            "",
            PARTY,
            "S2",
            start=VOTING,
            looks=(Look("voting-code", severity="S4"), Look("ballot-secrecy")),
        ),
        rule(
            "R16",
            "",
            BOUND,
            "S2",
            looks=(
                Look("vote-ask", roles=CAMPAIGNS, phases=frozenset(("quiet",))),
                Look("result-figures", severity="S3", start=CLOSE, end=DECLARED),
            ),
            **code,
        ),
        rule("R21", "threat", frozenset(ROLES), "S4"),
        rule("R22", "private-data", frozenset(ROLES), "S4"),
        rule(
            "R24",
            "process-criticism",
            BOUND,
            "S1",
            expects=MEMBERS,
            raised_for={"candidate": "S2", "team": "S2"},
            **code,
        ),
        rule("R25", "", BOUND, "S1", **code),
        rule("R26", "rival-party", BOUND, "S2", **code),
        rule("R28", "pile-on", BOUND, "S2", **hard, **code),
        rule("R29", "endorsed-repost", BOUND, "S2", **code),
    )


def account(handle: str, name: str, role: str, camp: str | None = None, **homes: str) -> Account:
    return Account(handle, name, (Term(role, camp),), homes)


def lantern(**changes: object) -> Contest:
    fields: dict[str, object] = {
        "id": "lantern",
        "name": "Lantern Party leadership 2026",
        "party": "Lantern Party",
        "zone": ZoneInfo("Europe/London"),
        "camps": (
            Camp(
                "little",
                "Ada Little",
                "@AdaLittleLP",
                "she",
                ("Ada", "Little", "Team Little"),
                ("#Little4Leader", "#LouderLantern"),
            ),
            Camp(
                "green",
                "Rowan Green",
                "@RowanGreen",
                "he",
                ("Rowan", "Green", "Team Green"),
                ("#GreenForLantern", "#GoGreen"),
            ),
            Camp(
                "brown",
                "Denzil Brown",
                "@DenzilBrown",
                "he",
                ("Denzil", "Brown", "Team Brown"),
                ("#BackBrown",),
            ),
            Camp(
                "close",
                "Siân Close",
                "@SianClose",
                "she",
                ("Siân", "Close", "Team Close"),
                ("#CloseTheGap",),
            ),
        ),
        "accounts": (
            account("@AdaLittleLP", "Ada Little", "candidate", "little", bluesky="ada.example"),
            account("@RowanGreen", "Rowan Green", "candidate", "green"),
            account("@DenzilBrown", "Denzil Brown", "candidate", "brown"),
            account("@SianClose", "Siân Close", "candidate", "close"),
            account("@PriyaVant", "Priya Vant", "team", "little"),
            account("@TomosFrith", "Tomos Frith", "team", "green"),
            account("@lenahale", "Lena Hale", "team", "brown"),
            account("@OliMarsh", "Oli Marsh", "team", "close"),
            account("@colmdevery", "Colm Devery MP", "mp", "little"),
            account("@GwenTarrantMP", "Gwen Tarrant MP", "mp"),
            account("@jomerrick", "Jo Merrick", "staff"),
            account("@LanternVotes", "LP Returning Officer", "returning_officer"),
            account("@kez_lantern", "Kez", "member"),
            account("@gethin_p", "Gethin P", "member", "close"),
            account("@NadiaOsei", "Nadia Osei, The Gull", "journalist"),
        ),
        "phases": (
            Phase("P1", "vacancy", utc("2026-09-28T09:00"), utc("2026-10-05T08:00")),
            Phase("P3", "before the ballot", utc("2026-10-13T16:00"), VOTING),
            Phase("P4", "voting", VOTING, CLOSE, "voting"),
            Phase("P4q", "quiet period", QUIET, CLOSE, "quiet"),
            Phase("P5", "count and embargo", CLOSE, DECLARED),
            Phase("P6", "objections", DECLARED, END),
        ),
        "milestones": (),
        "rules": rules(),
        "sources": (),
        "officials": ("Harriet Quill (returning officer)", "Jo Merrick"),
        "rival_parties": ("Tide Party",),
    }
    return Contest(**(fields | changes))


def a_post(
    text: str,
    by: str = "@kez_lantern",
    at: datetime | str = "2026-11-02T12:00:00",
    kind: str = "post",
    above: tuple[str, str] | None = None,
    platform: str = "",
    missing: str = "",
    lang: str = "",
) -> Post:
    """A post; `above` is the parent's author and text."""
    parent = None
    if above or missing:
        who, words = above or ("", "")
        parent = Context("above", Author(who, who), words, missing)
    return Post(
        uid="one",
        platform=platform,
        author=Author(by, by),
        text=text,
        published=utc(at) if isinstance(at, str) else at,
        version="1",
        lang=lang,
        kind=kind,
        reply_to=parent if kind == "reply" else None,
        quotes=parent if kind in ("quote", "repost") else None,
    )
