"""The cases, one file for each area."""

from . import (bodies, closing, compression, control, delivery, fragmentation, framing, hosts, lengths, messages,
               negotiation, publishing, request_headers, request_line, texts, upgrades)

AREAS = [area.AREA for area in (request_line, request_headers, hosts, upgrades, bodies, delivery, negotiation, framing,
                                lengths,
                                control, closing, fragmentation, texts, compression, messages, publishing)]


def all_cases():
    return [case for area in AREAS for case in area]
