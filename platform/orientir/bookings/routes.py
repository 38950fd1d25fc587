"""All pages and codes of the package, for the roof."""

from __future__ import annotations

from orientir.bookings import edit_routes as _edit_routes  # noqa: F401 - its pages join the blueprint
from orientir.bookings.attestation_routes import blueprint as attestations
from orientir.bookings.attestations import ATTESTATION_CODE
from orientir.bookings.class_routes import blueprint as classes
from orientir.bookings.door_routes import blueprint as doors
from orientir.bookings.door_staff_routes import blueprint as staff
from orientir.bookings.doors import DOOR_CODE
from orientir.bookings.host_routes import blueprint as slots
from orientir.bookings.own_routes import blueprint as own
from orientir.bookings.record_routes import blueprint as records
from orientir.bookings.ticket_routes import blueprint as tickets
from orientir.bookings.tickets import TICKET_CODE

PAGES = (records, own, tickets, attestations, classes, slots, doors, staff)
CODES = (TICKET_CODE, DOOR_CODE, ATTESTATION_CODE)
