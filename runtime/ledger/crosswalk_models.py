"""The table of partners' crosswalks. Times are POSIX milliseconds."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.ledger.models import ID_LENGTH, Base, Count


class CrosswalkRow(Base):
    """One partner's ids of one timetable's stops or lines. ``entries``, ``choices`` and ``report`` are JSON.

    ``revision`` rises with every change, whoever makes it; ``matched_against`` is the timetable's hash.
    """

    __tablename__ = "crosswalks"

    partner_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    timetable: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    revision: Mapped[int] = mapped_column(Count)
    uploaded_at_ms: Mapped[int] = mapped_column(Count)
    matched_against: Mapped[str] = mapped_column(String(64))
    entries: Mapped[str] = mapped_column(Text)
    choices: Mapped[str] = mapped_column(Text)
    report: Mapped[str] = mapped_column(Text)
