"""The shape of config.toml: which keys there are, of what type. Knows nothing of their meaning."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    model_validator,
)

from contest.contest import Thresholds


def _no_number(value: object) -> object:
    """A number would be taken for seconds since 1970, which nobody means."""
    if isinstance(value, int | float):
        words = "input should be a date and time such as 2026-10-05T09:00:00"
        raise ValueError(words)  # noqa: TRY004 - what pydantic takes for a wrong value
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
Span = Annotated[str, StringConstraints(pattern=r"^\d{1,6}[smhdw]$")]
Severity = Literal["S0", "S1", "S2", "S3", "S4"]
Kind = Literal["post", "reply", "quote", "repost"]
PhaseKind = Literal["vacancy", "nominations", "campaign", "voting", "quiet", "count", "declared"]
MilestoneKind = Literal["join-by", "replacement-by", "complain-by", "other"]
Moment = Annotated[datetime, BeforeValidator(_no_number)]
Count = Annotated[int, Strict()]
_USUAL = Thresholds()
Share = Annotated[float, Strict(), Field(ge=0, le=1)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ContestTable(_Table):
    """[contest]."""

    id: Identifier
    name: Text
    party: Text
    zone: Text
    rulebook: str = ""
    officials: tuple[Text, ...] = ()
    rival_parties: tuple[Text, ...] = ()
    roles: tuple[Identifier, ...] = ()
    code: str = ""
    imprint: tuple[Text, ...] = ("promoted by", "authorised by", "authorized by")


class StorageTable(_Table):
    """[storage]."""

    path: Annotated[Text, StringConstraints(pattern=r"^[^\x00]+$")] = "hustings.db"


class PollingTable(_Table):
    """[polling]."""

    contact: Annotated[str, StringConstraints(pattern=r"^[ -~]*$")] = ""
    interval: Span = "5m"
    deadline: Span = "30s"
    connections: Annotated[Count, Field(ge=1, le=200)] = 20
    per_host: Annotated[Count, Field(ge=1, le=50)] = 4
    per_host_per_second: Annotated[float, Field(gt=0, le=1000)] = 5.0
    max_megabytes: Annotated[float, Field(gt=0, le=1000)] = 5.0
    max_unpacked_megabytes: Annotated[float, Field(gt=0, le=1000)] = 20.0


class ThresholdsTable(_Table):
    """[thresholds]."""

    too_few: Annotated[Count, Field(ge=1)] = _USUAL.too_few
    sure: Share = _USUAL.sure
    hostile: Share = _USUAL.hostile
    alert: Share = _USUAL.alert
    alert_severity: Severity = "S2"


class ReadingTable(_Table):
    """[reading]."""

    reader: Literal["full", "fast"] = "full"


class SecondReaderTable(_Table):
    """[second_reader]."""

    url: Text
    model: Annotated[Text, StringConstraints(pattern=r"^[ -~]*$", max_length=200)]
    leaves_this_machine: Literal["posts may leave this machine"] | None = None
    timeout: Span = "60s"
    an_hour: Annotated[Count, Field(ge=1, le=3600)] = 60
    a_day: Annotated[Count, Field(ge=1, le=20_000)] = 400
    max_tokens: Annotated[Count, Field(ge=50, le=4000)] = 300
    key_from: Annotated[str, StringConstraints(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")] = ""


class PhaseTable(_Table):
    """[[phase]]."""

    id: Identifier
    name: Text
    start: Moment = Field(alias="from")
    end: Moment = Field(alias="to")
    kind: PhaseKind | None = None
    announced: Moment | None = None


class MilestoneTable(_Table):
    """[[milestone]]."""

    name: Text
    at: Moment
    kind: MilestoneKind | None = None
    announced: Moment | None = None


class CampTable(_Table):
    """[[camp]]."""

    id: Identifier
    name: Text
    handle: Text
    pronoun: Literal["he", "she", "they"] = "they"
    aliases: tuple[Text, ...] = ()
    hashtags: tuple[Text, ...] = ()


class TermTable(_Table):
    """One of the `terms` of an account."""

    role: Identifier
    camp: Identifier | None = None
    start: Moment | None = Field(None, alias="from")
    end: Moment | None = Field(None, alias="to")


class AccountTable(TermTable):
    """[[account]]: one role, or several `terms` one after the other."""

    handle: Text
    name: Text
    role: Identifier = ""
    terms: tuple[TermTable, ...] = ()
    homes: dict[Identifier, Text] = {}
    note: str = ""
    office: bool = False


class SourceTable(_Table):
    """[[source]]."""

    name: Text
    kind: Identifier
    url: Text
    follows: str = ""
    speaker: str = ""
    interval: Span | None = None
    expect: Span | None = None
    replies: bool = True


class LookTable(_Table):
    """One of the `looks_for` of a rule; a block's name alone stands for a table with no more."""

    block: Identifier
    severity: Severity | None = None
    roles: tuple[Identifier, ...] = ()
    kinds: tuple[Kind, ...] = ()
    phases: tuple[Identifier, ...] = ()
    start: Moment | None = Field(None, alias="from")
    end: Moment | None = Field(None, alias="to")
    together: tuple[Identifier, ...] = Field((), alias="with")
    without: tuple[Identifier, ...] = ()
    words: tuple[Text, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        return {"block": value} if isinstance(value, str) else value


class ExampleTable(_Table):
    """One of a rule's `breach` or `fine`; a text alone stands for a table with no more."""

    text: Text
    role: Identifier | None = None
    author: str = ""
    at: Moment | None = None
    phase: str = ""
    kind: Kind = "post"
    parent: str = ""

    @model_validator(mode="before")
    @classmethod
    def _told(cls, value: object) -> object:
        return {"text": value} if isinstance(value, str) else value


class RuleTable(_Table):
    """[[rule]]. What it leaves out is taken from the template that it is `like`."""

    id: Identifier
    clause: Text
    title: Text
    text: Text
    version: Text
    like: Identifier | None = None
    binds: tuple[Identifier, ...] = ()
    expects: tuple[Identifier, ...] = ()
    phases: tuple[Identifier, ...] = ()
    detectability: Literal["A", "B", "C"] = Field("A", alias="class")
    severity: Severity
    raised_for: dict[Identifier, Severity] = {}
    raised_when: dict[Identifier, Severity] = {}
    lowered_when: dict[Identifier, Severity] = {}
    corrected_within: Span = "10m"
    looks_for: tuple[LookTable, ...] = ()
    unless: str = ""
    start: Moment | None = Field(None, alias="from")
    end: Moment | None = Field(None, alias="to")
    adopted: Moment | None = None
    published: Moment | None = None
    reaches_back_to: Moment | None = None
    authority: str = ""
    body: str = ""
    sanctions: tuple[Text, ...] = ()
    breach: tuple[ExampleTable, ...] = ()
    fine: tuple[ExampleTable, ...] = ()


class FactTable(_Table):
    """[[fact]]."""

    id: Identifier
    kind: Literal["procedure", "record"]
    says: Text
    camp: Identifier | None = None
    start: Moment | None = Field(None, alias="from")
    end: Moment | None = Field(None, alias="to")


class EndorsementTable(_Table):
    """[[endorsement]]."""

    who: Text
    camp: Identifier | None = None
    aliases: tuple[Text, ...] = ()
    start: Moment | None = Field(None, alias="from")
    end: Moment | None = Field(None, alias="to")


class DomainsTable(_Table):
    """[domains]."""

    official: tuple[Text, ...] = ()
    internal: tuple[Text, ...] = ()


class CodeFile(_Table):
    """The code in a file of its own: what `[contest] code` names."""

    groups: dict[Identifier, tuple[Identifier, ...]] = {}
    rule: tuple[RuleTable, ...] = ()
    fact: tuple[FactTable, ...] = ()
    endorsement: tuple[EndorsementTable, ...] = ()


class ConfigFile(CodeFile):
    """The whole file."""

    contest: ContestTable
    storage: StorageTable = StorageTable()
    polling: PollingTable = PollingTable()
    thresholds: ThresholdsTable = ThresholdsTable()
    reading: ReadingTable = ReadingTable()
    second_reader: SecondReaderTable | None = None
    domains: DomainsTable = DomainsTable()
    phase: tuple[PhaseTable, ...] = ()
    milestone: tuple[MilestoneTable, ...] = ()
    camp: tuple[CampTable, ...]
    account: tuple[AccountTable, ...] = ()
    source: tuple[SourceTable, ...] = ()
