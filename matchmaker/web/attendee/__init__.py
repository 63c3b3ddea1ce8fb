"""The attendee's pages: rendered here, without scripts, and opened by the links of letters; nobody has an account."""
