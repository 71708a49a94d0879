"""Times: UTC inside, civil dates in Asia/Shanghai, where a budget year ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")  # without summer time since 1992
FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def now() -> datetime:
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """UTC to the microsecond, always 27 characters. Times without a zone are refused."""
    if moment.tzinfo is None:
        raise ValueError("a time with its zone")
    return moment.astimezone(UTC).strftime(FORMAT)


def after(moment: datetime, last: str) -> str:
    """The time, or a microsecond after the last one where the clock was set back: time recorded only rises."""
    found = stamp(moment)
    return found if found > last else stamp(_parsed(last) + timedelta(microseconds=1))


def civil(recorded_at: str) -> date:
    """The day in Asia/Shanghai."""
    return _parsed(recorded_at).astimezone(SHANGHAI).date()


def _parsed(text: str) -> datetime:
    return datetime.strptime(text, FORMAT).replace(tzinfo=UTC)
