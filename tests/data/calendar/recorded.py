"""Fixture, made by hand after RFC 5545 and what Google, Outlook and Apple export; a server is driven in tests."""

from data.made import NOW
from earned.channels.calendar import Calendar

ZONE = """BEGIN:VTIMEZONE
TZID:Acme Hall Time
X-LIC-LOCATION:Nowhere
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0430
TZOFFSETTO:+0330
TZNAME:AHT
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0330
TZOFFSETTO:+0430
TZNAME:AHST
END:DAYLIGHT
END:VTIMEZONE"""

CALENDAR = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Acme//Talks//EN
X-WR-CALNAME:Acme Talks
{ZONE}
BEGIN:VEVENT
UID:release-seven-of-acme
DTSTAMP:20240101T000000Z
DTSTART:20240305T170000Z
SUMMARY:Release 7 of Acme Pulse
DESCRIPTION:What changed\\, and why it
  matters. Ask ada@acme.example or
  <b>Bo</b>.
LOCATION:Hall 2\\; north
URL:https://acme.example/releases/7?utm_source=cal
ORGANIZER;CN=Ada Q.:mailto:ada@acme.example
ATTENDEE;CN=Cy:mailto:cy@c.example
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:Do not forget
TRIGGER:-PT10M
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:hearing@parliament.example
DTSTART;TZID=Europe/Berlin:20240701T100000
SUMMARY:Hearing on passkeys
CLASS:PUBLIC
END:VEVENT
BEGIN:VEVENT
UID:conference-of-the-year
DTSTART;VALUE=DATE:20240910
DTEND;VALUE=DATE:20240913
SUMMARY:Conference on running software
END:VEVENT
BEGIN:VEVENT
UID:7
DTSTART;TZID="Acme Hall Time":20240110T093030
SUMMARY:Opening of the hall
END:VEVENT
BEGIN:VEVENT
UID:monthly-meeting-of-operators
DTSTART;TZID=America/New_York:20240208T180000
RRULE:FREQ=MONTHLY;BYDAY=2TH;COUNT=4
EXDATE;TZID=America/New_York:20240411T180000
SUMMARY:Meeting of operators
END:VEVENT
BEGIN:VEVENT
UID:monthly-meeting-of-operators
RECURRENCE-ID;TZID=America/New_York:20240314T180000
DTSTART;TZID=America/New_York:20240315T190000
SUMMARY:Meeting of operators\\, moved
END:VEVENT
BEGIN:VEVENT
UID:dinner-of-two-friends
DTSTART:20240401T180000Z
SUMMARY:Dinner
CLASS:PRIVATE
END:VEVENT
BEGIN:VEVENT
UID:webinar-that-never-was
DTSTART:20240402T180000Z
SUMMARY:Webinar
STATUS:CANCELLED
END:VEVENT
BEGIN:VTODO
UID:buy-milk
SUMMARY:Milk
END:VTODO
END:VCALENDAR
"""


def open_recorded(folder):
    path = folder / "talks.ics"
    path.write_bytes(CALENDAR.replace("\n", "\r\n").encode())
    return Calendar(now=lambda: NOW), str(path), None
