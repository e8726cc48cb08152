"""Trusted lists in the XML of ETSI TS 119 612 (floor 5): read, written, and converted to and from
the JSON of TS 119 602. Needs the extra `xml`."""
