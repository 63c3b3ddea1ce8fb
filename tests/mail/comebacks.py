"""What comes back, in the manners of many servers: written for these tests, addressed to nobody."""

from matchmaker.mail.bounces import Comeback, Kind

OURS = "i7x2.k9@bridges.example.org"
TO = "jonas@example.org"
ORIGINAL = (
    f"From: introductions@bridges.example.org\nTo: {TO}\nMessage-ID: <{OURS}>\nSubject: Would you like to meet?\n"
)
BOUNCER = "From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\nReturn-Path: <>\n"


def report(
    status: str, diagnostic: str = "", *, action: str = "failed", words: str = "Your letter came back.", head: str = BOUNCER,
    enclosed: str = "message/rfc822", original: str = ORIGINAL, extra: str = "", subject: str = "Undelivered Mail Returned to Sender",
) -> str:  # fmt: skip
    """A notification as RFC 3464 wants it, with what each server does in its own way."""
    said = f"Diagnostic-Code: smtp; {diagnostic}\n" if diagnostic else ""
    copy = f"--b\nContent-Type: {enclosed}\n\n{original}\n\nHello\n" if original else ""
    return (
        f"{head}Subject: {subject}\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{words}\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n"
        f"Arrival-Date: Mon, 1 Mar 2027 08:00:00 +0000\n\n{extra}"
        f"Final-Recipient: rfc822; {TO}\nAction: {action}\nStatus: {status}\n{said}\n{copy}--b--\n"
    )


def words(subject: str, text: str, *, head: str = BOUNCER, kind: str = "text/plain") -> str:
    """A message of one part."""
    return f"{head}Subject: {subject}\nMIME-Version: 1.0\nContent-Type: {kind}; charset=utf-8\n\n{text}\n"


def complaint(feedback: str = "abuse", *, enclosed: str = "message/rfc822") -> str:
    return (
        "From: feedback@provider.example\nSubject: FW: Would you like to meet?\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nThis is an email abuse report.\n\n"
        f"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: {feedback}\nUser-Agent: Feedback/1.0\nVersion: 1\n\n"
        f"--b\nContent-Type: {enclosed}\n\n{ORIGINAL}\n--b--\n"
    )


def person(subject: str = "Re: Would you like to meet?", *headers: str, text: str = "Thank you, gladly!") -> str:
    more = "".join(f"{header}\n" for header in headers)
    return f"From: Jonas <{TO}>\nSubject: {subject}\nIn-Reply-To: <{OURS}>\n{more}\n{text}\n"


def hard(status: str | None = "5.1.1", message_id: str | None = OURS) -> Comeback:
    return Comeback(kind=Kind.BOUNCE, hard=True, status=status, message_id=message_id)


def soft(status: str | None, message_id: str | None = OURS) -> Comeback:
    return Comeback(kind=Kind.BOUNCE, hard=False, status=status, message_id=message_id)


def of(kind: Kind, status: str | None = None, message_id: str | None = OURS) -> Comeback:
    return Comeback(kind=kind, status=status, message_id=message_id)


COMEBACKS: dict[str, tuple[str, Comeback]] = {
    # Never again
    "postfix": (report("5.1.1", f"550 5.1.1 <{TO}>: Recipient address rejected: User unknown in local recipient table"), hard()),
    "sendmail": (report("5.1.1", "550 5.1.1 ... User unknown", words="   ----- The following addresses had permanent fatal errors -----", enclosed="text/rfc822-headers"), hard()),
    "exchange": (report("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"), hard("5.1.10")),
    "gmail": (report("5.1.1", "550-5.1.1 The email account that you tried to reach does not exist. Please try\n 550-5.1.1 double-checking the address.", subject="Delivery Status Notification (Failure)"), hard()),
    "no domain": (report("5.4.4", "", words="Host or domain name not found. Name service error"), hard("5.4.4")),
    "bad domain": (report("5.1.2", "550 5.1.2 Host unknown"), hard("5.1.2")),
    "disabled": (report("5.2.1", "550 5.2.1 The email account that you tried to reach is inactive."), hard("5.2.1")),
    "vague status, clear words": (report("5.0.0", "550 No such user here"), hard("5.0.0")),
    "vague status, clear code": (report("5.0.0", "550 5.1.1 unknown"), hard("5.1.1")),
    "exchange online": (report("5.4.1", "550 5.4.1 Recipient address rejected: Access denied. [x.prod.example]"), hard("5.4.1")),
    "crlf": (report("5.1.1", "550 5.1.1 User unknown").replace("\n", "\r\n"), hard()),
    "folded diagnostic": (report("5.0.0", "550 Requested action not taken:\n mailbox unavailable"), hard("5.0.0")),
    "upper case action": (report("5.1.1", "550 5.1.1 User unknown", action="Failed"), hard()),
    "action with comment": (report("5.1.1 (bad destination mailbox address)", "", action="failed (gave up)"), hard()),
    "no copy enclosed": (report("5.1.1", "550 5.1.1 User unknown", original="", head=f"{BOUNCER}In-Reply-To: <{OURS}>\n"), hard()),
    "id in references only": (report("5.1.1", "550 5.1.1 User unknown", original="", head=f"{BOUNCER}References: <x@y.example> <{OURS}>\n"), hard()),
    "nothing says which": (report("5.1.1", "550 5.1.1 User unknown", original=""), hard(message_id=None)),
    "two recipients, one failed": (report("5.1.1", "550 5.1.1 User unknown", extra=f"Final-Recipient: rfc822; {TO}\nAction: relayed\nStatus: 2.0.0\n\n"), hard()),
    "qmail": (words("failure notice", f"Hi. This is the qmail-send program at mx.example.net.\nI'm afraid I wasn't able to deliver your message.\n\n<{TO}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n{ORIGINAL}"), hard()),
    "exim": (words("Mail delivery failed: returning message to sender", f"This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its recipients. This is a permanent error.\n\n  {TO}\n    Unrouteable address\n\n------ This is a copy of the message, including all the headers. ------\n\n{ORIGINAL}"), hard(None)),
    "notes": (words("DELIVERY FAILURE: User jonas (jonas@example.org) not listed in Domino Directory", f"Your message could not be delivered.\n\n{ORIGINAL}", head="From: Postmaster@notes.example.net\n"), hard(None)),
    "html only": (words("Undeliverable: Would you like to meet?", "<html><body><p>Your message to jonas couldn't be delivered.</p><p>jonas wasn't found at example.org.</p><pre>550 5.1.1 User unknown</pre><p>Message-ID: &lt;x&gt;</p></body></html>", kind="text/html", head=f"{BOUNCER}References: <{OURS}>\n"), hard()),
    "german": (words("Unzustellbar: Möchten Sie …?", f"Ihre Nachricht wurde nicht zugestellt. Der Empfänger wurde nicht gefunden.\n\n> Message-ID: <{OURS}>", head="From: Postmaster <postmaster@example.net>\n"), hard(None)),
    # Not now, or not this
    "full": (report("5.2.2", "552 5.2.2 The email account that you tried to reach is over quota"), soft("5.2.2")),
    "full, as 4": (report("4.2.2", "452 4.2.2 Mailbox full"), soft("4.2.2")),
    "spam": (report("5.7.1", "550 5.7.1 Message rejected as spam"), soft("5.7.1")),
    "dmarc": (report("5.7.26", "550-5.7.26 Unauthenticated email is not accepted due to DMARC policy"), soft("5.7.26")),
    "blocked, vague": (report("5.0.0", "554 Service unavailable; client host blocked using a blocklist"), soft("5.0.0")),
    "rejected for spam, vague": (report("5.0.0", "550 Recipient rejected: looks like spam"), soft("5.0.0")),
    "too large": (report("5.3.4", "552 5.3.4 Message size exceeds fixed limit"), soft("5.3.4")),
    "gave up": (report("4.4.7", "", words="Message expired: unable to deliver in 5 days"), soft("4.4.7")),
    "no answer": (report("4.4.1", "connect to mx.example.org: Connection timed out"), soft("4.4.1")),
    "our address is bad": (report("5.1.8", "553 5.1.8 Sender address rejected: Domain not found"), soft("5.1.8")),
    "greylisted for days": (report("4.7.1", "451 4.7.1 Greylisted, please try again"), soft("4.7.1")),
    "words without cause": (words("Returned mail: see transcript", f"Your mail could not be delivered.\n\n{ORIGINAL}"), soft(None)),
    "exim, full": (words("Mail delivery failed", f"A message could not be delivered.\n  {TO}\n    552 5.2.2 mailbox full\n\n{ORIGINAL}"), soft("5.2.2")),
    # Still trying, or done
    "delayed": (report("4.4.1", "", action="delayed", subject="Delayed Mail (still being retried)"), of(Kind.DELAYED, "4.4.1")),
    "delayed, in words": (words("Warning: message delayed 4 hours", f"A message has not yet been delivered. Delivery incomplete. No action is required on your part.\n\n{ORIGINAL}"), of(Kind.DELAYED)),
    "delivered": (report("2.0.0", "250 OK", action="delivered", subject="Successful Mail Delivery Report"), of(Kind.DELIVERED, "2.0.0")),
    "relayed": (report("2.0.0", "", action="relayed"), of(Kind.DELIVERED, "2.0.0")),
    # Complaints
    "complaint": (complaint(), of(Kind.COMPLAINT)),
    "complaint, headers only": (complaint("fraud", enclosed="text/rfc822-headers"), of(Kind.COMPLAINT)),
    "no complaint": (complaint("not-spam"), of(Kind.OTHER)),
    # Nobody wrote these
    "vacation": (person("Re: Would you like to meet?", "Auto-Submitted: auto-replied (vacation)"), of(Kind.AUTO_REPLY)),
    "outlook": (person("Automatic reply: Would you like to meet?", "X-Auto-Response-Suppress: All"), of(Kind.AUTO_REPLY)),
    "german away": (person("=?utf-8?Q?Automatische_Antwort:_M=C3=B6chten_Sie=3F?="), of(Kind.AUTO_REPLY)),
    "abwesend": (person("Abwesenheitsnotiz: Urlaub bis 5. Mai"), of(Kind.AUTO_REPLY)),
    "old autoresponder": (person("Your mail", "Precedence: auto_reply", "X-Autoreply: yes"), of(Kind.AUTO_REPLY)),
    "ticket system": (person("[Ticket#123] Would you like to meet?", "Auto-Submitted: auto-generated"), of(Kind.AUTO_REPLY)),
    # Somebody did
    "a person": (person(), of(Kind.OTHER)),
    "a person, said to be no machine": (person("Re: meet?", "Auto-Submitted: no"), of(Kind.OTHER)),
    "a person about a bounce": (person("Re: my mail was undeliverable?", text="It said: 550 5.1.1 user unknown. Try my other address."), of(Kind.OTHER)),
    "a person out of an office": (person("The office is out of chairs"), of(Kind.OTHER)),
}  # fmt: skip
