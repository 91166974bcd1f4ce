"""The shape of config.toml: which keys there are, of what type. Knows nothing of their meaning."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints

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


class PhaseTable(_Table):
    """[[phase]]."""

    id: Identifier
    name: Text
    start: Moment = Field(alias="from")
    end: Moment = Field(alias="to")


class MilestoneTable(_Table):
    """[[milestone]]."""

    name: Text
    at: Moment


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


class WindowTable(_Table):
    """One of the `windows` of a rule."""

    forbids: Identifier
    start: Moment = Field(alias="from")
    end: Moment = Field(alias="to")
    binds: tuple[Identifier, ...]
    severity: Severity = "S2"


class RuleTable(_Table):
    """[[rule]]."""

    id: Identifier
    clause: Text
    title: Text
    text: Text
    version: Text
    binds: tuple[Identifier, ...] = ()
    expects: tuple[Identifier, ...] = ()
    severity: Severity
    raised_for: dict[Identifier, Severity] = {}
    looks_for: tuple[Identifier, ...] = ()
    unless: str = ""
    start: Moment | None = Field(None, alias="from")
    end: Moment | None = Field(None, alias="to")
    published: Moment | None = None
    windows: tuple[WindowTable, ...] = ()


class ConfigFile(_Table):
    """The whole file."""

    contest: ContestTable
    storage: StorageTable = StorageTable()
    polling: PollingTable = PollingTable()
    thresholds: ThresholdsTable = ThresholdsTable()
    reading: ReadingTable = ReadingTable()
    groups: dict[Identifier, tuple[Identifier, ...]] = {}
    phase: tuple[PhaseTable, ...] = ()
    milestone: tuple[MilestoneTable, ...] = ()
    camp: tuple[CampTable, ...]
    account: tuple[AccountTable, ...] = ()
    source: tuple[SourceTable, ...] = ()
    rule: tuple[RuleTable, ...] = ()
