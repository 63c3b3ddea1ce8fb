"""Send from an address of the association's own."""

from datetime import datetime

from email_validator import EmailNotValidError, validate_email

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.sender import Sender, SenderInput
from matchmaker.store import senders
from matchmaker.store.connection import Connection


async def replace(connection: Connection, given: SenderInput, *, at: datetime) -> Sender:
    """The association's sender from now on. Raises `InvalidFields`."""
    problems = [
        FieldError(f"/{name}", "not-an-address", "This is not an e-mail address.")
        for name, address in (("address", given.address), ("reply_to", given.reply_to))
        if address is not None and not _is_address(address)
    ]
    if given.opens_hour >= given.closes_hour:
        problems.append(FieldError("/closes_hour", "not-later", "The hours end before they begin."))
    signing = {"dkim_domain": given.dkim_domain, "dkim_selector": given.dkim_selector, "dkim_key": given.dkim_key}
    missing = [name for name, value in signing.items() if value is None]
    if len(missing) in (1, 2):
        problems += [FieldError(f"/{name}", "missing", "Give all three for DKIM, or none.") for name in missing]
    if problems:
        raise InvalidFields(problems)
    return await senders.put(connection, given, at)


def _is_address(address: str) -> bool:
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
