from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sources.dates import dated
from tests.sources.servers import NOW


@pytest.mark.parametrize(
    ("claimed", "hour", "note"),
    [
        ("Fri, 20 Nov 2026 09:00:00 GMT", 9, ""),
        ("Fri, 20 Nov 2026 09:00:00 +0100", 8, ""),
        ("Fri, 20 Nov 2026 09:00 GMT", 9, ""),
        ("20 Nov 26 09:00 EST", 14, ""),
        ("Fri, 20 Nov 2026 09:00:00 -0330", 12, "30 past"),
        ("2026-11-20T09:00:00Z", 9, ""),
        ("2026-11-20T09:00:00.123+02:00", 7, ""),
        ("Fri, 20 Nov 2026 09:00:00 BST", 8, "re-read: BST is UTC+01:00"),
        ("Fri, 20 Nov 2026 09:00:00 CET", 8, "re-read: CET is UTC+01:00"),
        ("Fri, 20 Nov 2026 09:00:00 CEST", 7, "re-read: CEST is UTC+02:00"),
        ("ven., 20 nov. 2026 09:00:00 +0100", 8, ""),
        ("ven., 20 févr. 2026 09:00:00 +0100", 8, "re-read: févr is month 2"),
        ("Gwe, 20 Tachwedd 2026 09:00:00 GMT", 9, "re-read: Tachwedd is month 11"),
        ("20/11/2026 09:00", 9, "no time zone: read as UTC"),
        ("20.11.2026, 09:00:00 CET", 8, "re-read: CET is UTC+01:00"),
        ("1795165200", 9, "re-read: seconds since 1970"),
        ("1795165200000", 9, "re-read: seconds since 1970"),
        ("2026-11-20 09:00:00", 9, "no time zone: read as UTC"),
        ("Nov 20, 2026 9:00 AM PST", 17, "re-read"),
        ("Fri, 20 Nov 2026 09:00:00 XYZ", 9, "unknown time zone XYZ: read as UTC"),
        ("Nov 20, 2026 9:00 AM XYZ", 9, "unknown time zone XYZ: read as UTC"),
    ],
)
def test_dates_are_read_as_their_writers_meant_them(claimed: str, hour: int, note: str):
    moment, said = dated(claimed, NOW)
    assert (moment.year, moment.day, moment.hour, moment.tzinfo) == (2026, 20, hour, UTC)
    assert said == ("" if note == "30 past" else note)
    assert moment.minute == (30 if note == "30 past" else 0)


@pytest.mark.parametrize(
    ("claimed", "moment", "note"),
    [
        ("", NOW, "missing"),
        ("   ", NOW, "missing"),
        ("next Tuesday", NOW, 'unreadable ("next Tuesday")'),
        ("09:00", NOW, "unreadable"),
        ("31 Feb 2026 09:00:00 GMT", NOW, "unreadable"),
        ("2026-13-45", NOW, "unreadable"),
        ("\x1b[31m2026", NOW, "unreadable"),
        ("9" * 5000, NOW, "unreadable"),
        (
            "Mon, 01 Jan 1795 00:00:00 GMT",
            datetime(2000, 1, 1, tzinfo=UTC),
            "clamped to 2000-01-01",
        ),
        ("0001-01-01T00:00:00+14:00", NOW, "unreadable"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", datetime(2000, 1, 1, tzinfo=UTC), "clamped"),
        ("2099-01-01T00:00:00Z", datetime(2026, 11, 21, 12, tzinfo=UTC), "clamped to 2026-11-21"),
    ],
)
def test_a_date_without_sense_is_moved_and_marked(claimed: str, moment: datetime, note: str):
    found = dated(claimed, NOW)
    assert found.moment == moment
    assert found.note.startswith(note)
    assert "\x1b" not in found.note
