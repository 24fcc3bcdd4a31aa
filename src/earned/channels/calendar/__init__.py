"""`calendar`: iCalendar files and addresses. What people react to (conferences, releases, hearings), never a conversation."""

from earned.channels.calendar.channel import Calendar

__all__ = ["Calendar"]
