"""Columns are recognised by their headers: the exports of three tools, our own names, and what people call the same."""

import pytest

from matchmaker.intake import csv, meaning
from matchmaker.intake.recognise import suggestion_of
from matchmaker.intake.tools import tool_of
from matchmaker.model.attendee import ImportRow
from matchmaker.model.mapping import Field, Tool

# Written by hand from what the tools' documentation and exports name.
PRETIX = (
    "Order code,Position ID,Status,Email,Phone number,Order date,Order time,Product,Variation,Price,Tax rate,Tax rule,Tax value,"
    "Attendee name,Attendee name: Given name,Attendee name: Family name,Attendee email,Company,Address,ZIP code,City,Country,"
    "State,Voucher,Pseudonymization ID,Seat ID,What are you looking for?,What can you help others with?,Company,"
    "Invoice address name,Address,ZIP code,City,Country,State,VAT ID,Invoice numbers"
)
PRETIX_DE = (
    "Bestellnummer;Positions-ID;Status;E-Mail;Telefonnummer;Bestelldatum;Produkt;Preis;Teilnehmername;"
    "E-Mail-Adresse des Teilnehmers;Firma;Adresse;Postleitzahl;Stadt;Land;Wen möchtest du kennenlernen?;Firma;"
    "Name der Rechnungsadresse;Adresse;Postleitzahl;Stadt;Land;USt-IdNr."
)
EVENTBRITE = (
    "Order #,Order Date,Attendee #,First Name,Last Name,Email,Quantity,Ticket Type,Attendee Status,Company,Job Title,"
    "What do you hope to learn?"
)
LUMA = (
    "\ufeffapi_id,name,first_name,last_name,email,phone_number,created_at,approval_status,checked_in_at,custom_source,"
    "qr_code_url,amount,currency,coupon_code,ticket_type_id,ticket_name,Which company do you work for?,What are you looking for?"
)


def row_of(header: str, delimiter: str, cells: dict[int, str]) -> str:
    width = len(header.split(delimiter))
    return header + "\n" + delimiter.join(cells.get(n, "") for n in range(width)) + "\n"


def suggested(text: str) -> tuple[Tool | None, ImportRow]:
    sheet = csv.sheet_of(text.encode(), rows_max=1_000)
    suggestion = suggestion_of(sheet)
    (row,) = meaning.read(sheet, rules=suggestion.rules, rows_max=10).rows
    return suggestion.tool, row.attendee


PRETIX_CELLS = {0: "ABC12", 1: "2", 2: "paid", 3: "buyer@example.org", 13: "Ada Example", 16: "ada@example.org"}
PRETIX_CELLS |= {17: "Example Ltd", 18: "1 Road", 20: "Leeds", 26: "A mentor", 27: "Tax law"}
PRETIX_CELLS |= {28: "Invoices Ltd", 29: "Bob", 30: "9 Street", 32: "York"}


def test_of_pretix_the_attendees_columns_come_before_the_invoices() -> None:
    tool, ada = suggested(row_of(PRETIX, ",", PRETIX_CELLS))
    assert tool is Tool.PRETIX
    assert (ada.external_id, ada.name, ada.email) == ("ABC12 2", "Ada Example", "ada@example.org")
    assert (ada.organisation, ada.region) == ("Example Ltd", "Leeds")
    assert (ada.seeks, ada.offers, ada.matched) == (["A mentor"], ["Tax law"], None)
    assert (ada.extra["Company (2)"], ada.extra["City (2)"]) == ("Invoices Ltd", "York")


def test_the_buyers_address_is_taken_only_where_no_attendee_has_one() -> None:
    cells = {index: cell for index, cell in PRETIX_CELLS.items() if index != 16}
    assert suggested(row_of(PRETIX, ",", cells))[1].email == "buyer@example.org"


def test_pretix_is_known_in_german_too() -> None:
    cells = {0: "ABC12", 1: "1", 8: "Ada Beispiel", 9: "ada@example.org", 10: "Beispiel GmbH", 13: "Köln", 15: "Imker"}
    tool, ada = suggested(row_of(PRETIX_DE, ";", cells | {16: "Rechnung GmbH", 20: "Bonn"}))
    assert tool is Tool.PRETIX
    assert (ada.external_id, ada.name, ada.email) == ("ABC12 1", "Ada Beispiel", "ada@example.org")
    assert (ada.organisation, ada.region, ada.seeks) == ("Beispiel GmbH", "Köln", ["Imker"])


def test_eventbrite_is_known() -> None:
    cells = {0: "9001", 2: "77", 3: "Ada", 4: "Example", 5: "ada@example.org", 7: "General", 8: "Attending"}
    tool, ada = suggested(row_of(EVENTBRITE, ",", cells | {9: "Example Ltd", 10: "Engineer", 11: "Beekeeping"}))
    assert tool is Tool.EVENTBRITE
    assert (ada.external_id, ada.name, ada.email) == ("77", "Ada Example", "ada@example.org")
    assert (ada.organisation, ada.role, ada.seeks, ada.matched) == ("Example Ltd", "Engineer", ["Beekeeping"], None)


def test_luma_is_known_with_its_bom_and_its_questions() -> None:
    cells = {
        0: "gst-1",
        1: "Ada Example",
        2: "Ada",
        4: "ada@example.org",
        7: "approved",
        16: "Example Ltd",
        17: "A mentor",
    }
    tool, ada = suggested(row_of(LUMA, ",", cells))
    assert tool is Tool.LUMA
    assert (ada.external_id, ada.name, ada.email, ada.seeks) == (
        "gst-1",
        "Ada Example",
        "ada@example.org",
        ["A mentor"],
    )
    assert ada.extra["Which company do you work for?"] == "Example Ltd"


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        (PRETIX, PRETIX_CELLS | {2: "canceled"}),
        (EVENTBRITE, {0: "1", 3: "Ada", 7: "General", 8: "Not Attending"}),
        (LUMA, {1: "Ada", 4: "ada@example.org", 7: "declined", 15: "General"}),
    ],
)
def test_who_does_not_come_comes_in_and_is_in_no_run(header: str, cells: dict[int, str]) -> None:
    assert suggested(row_of(header, ",", cells))[1].matched is False


def test_an_import_knows_the_tool_without_being_told_and_says_so() -> None:
    sheet = csv.sheet_of(row_of(LUMA, ",", {1: "Ada", 4: "ada@example.org", 7: "approved"}).encode(), rows_max=1_000)
    table = meaning.read(sheet, rows_max=10)
    assert [row.attendee.email for row in table.rows] == ["ada@example.org"]
    assert [(error.code, error.kept) for error in table.errors] == [("tool_recognised", True)]
    assert "Luma" in table.errors[0].message


def test_a_list_of_our_own_is_no_tools() -> None:
    assert tool_of(["name", "email", "status", "seeks"]) is None


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Full Name", Field.NAME),
        ("Your name:", Field.NAME),
        ("E-Mail-Adresse", Field.EMAIL),
        ("Emial address", Field.EMAIL),
        ("Firma", Field.ORGANISATION),
        ("Unternehmen", Field.ORGANISATION),
        ("Berufsbezeichnung", Field.ROLE),
        ("Branche", Field.SECTOR),
        ("Sprachen", Field.LANGUAGES),
        ("Was kannst du anbieten?", Field.OFFERS),
        ("What can you help others with?", Field.OFFERS),
        ("What are you looking for from this programme? 1-2 sentences.", Field.SEEKS),
        ("Wen suchen Sie?", Field.SEEKS),
        ("Which sub-disciplines represent yours the most?", Field.INTERESTS),
        ("How many students would you like to mentor?", Field.QUOTA),
        ("abstracts", Field.INTERESTS),
        ("user_id", Field.EXTERNAL_ID),
        ("Name of your research advisor?", None),
        ("Dietary needs", None),
    ],
)
def test_what_people_call_a_column_is_understood(header: str, field: Field | None) -> None:
    found = suggestion_of(csv.sheet_of(f'"{header}",xyzzy\na,b\n'.encode(), rows_max=1_000))
    assert [rule.field for rule in found.rules] == ([field] if field else [])


def test_given_and_family_names_make_one_name() -> None:
    assert suggested("Nachname,Vorname,Mail\nBeispiel,Ada,ada@example.org\n")[1].name == "Ada Beispiel"


def test_who_is_a_mentor_and_who_a_mentee_decides_what_their_words_are() -> None:
    form = "Name,Would you like to be a mentor or a mentee?,Topics of interest\nAda,Mentor,steel\nBob,Mentee,steel\n"
    sheet = csv.sheet_of(form.encode(), rows_max=1_000)
    ada, bob = (row.attendee for row in meaning.read(sheet, rules=suggestion_of(sheet).rules, rows_max=9).rows)
    assert (ada.offers, ada.seeks, ada.groups) == (["I offer mentoring in steel"], [], ["Mentor"])
    assert (bob.offers, bob.seeks, bob.groups) == ([], ["Looking for a mentor: steel"], ["Mentee"])


def test_commas_part_choices_and_not_sentences() -> None:
    choices = 'Name,Topics\nAda,"steel, glass"\nBob,"glass, steel"\n'
    sentences = 'Name,Topics\nAda,"I like steel, and wood"\nBob,"Paper, or what is left of it"\n'
    rule = suggestion_of(csv.sheet_of(choices.encode(), rows_max=1_000)).rules[0]
    assert {one.field: one.separator for one in suggestion_of(csv.sheet_of(choices.encode(), rows_max=1_000)).rules}[
        Field.INTERESTS
    ] == ","
    assert {one.field: one.separator for one in suggestion_of(csv.sheet_of(sentences.encode(), rows_max=1_000)).rules}[
        Field.INTERESTS
    ] is None
    assert rule.nth == 1
