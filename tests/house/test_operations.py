"""What the API does for an organiser, a page does too, or it is said here why none does."""

import json

from matchmaker.web.organiser.handlers import HANDLERS
from tests.house.tree import ROOT

ASSOCIATION = "no page yet: the pages of the association itself are to come"
ATTENDEES_OWN = "attendees do it themselves, on their own pages"
MACHINES = "for machines: nobody reads it"

# Each operation of the contract, with the pages that do the same (the names of their handlers), or the reason why none does.
PAGES: dict[str, tuple[str, ...] | str] = {
    "activate_weights": ASSOCIATION,
    "cancel_run": ("cancel_run",),
    "check_in_attendee": ("note_presence",),
    "close_action": ("end_action",),
    "close_promise": ("record_outcome",),
    "compare_runs": ("show_comparison",),
    "create_acquaintance": ("relate_attendee",),
    "create_action": ("log_action",),
    "create_admission": ("admit_attendee",),
    "create_answer": ("record_answer",),
    "create_attendee": ("add_attendee",),
    "create_check_in": ("check_in_by_code",),
    "create_comeback": MACHINES,
    "create_decision": ("decide_pair", "make_swap"),
    "create_encounter": ("relate_attendee",),
    "create_event": ("add_event",),
    "create_exclusion": ("relate_attendee", "keep_attendee_apart"),
    "create_feedback": ("take_feedback",),
    "create_import": ("hold_file", "take_in"),
    "create_introduction_feedback": ("record_meeting",),
    "create_key": ASSOCIATION,
    "create_letter_test": ASSOCIATION,
    "create_mapping": ("keep_mapping",),
    "create_note": ("send_segment_note",),
    "create_promise": ("record_promise",),
    "create_release": ("plan",),
    "create_reminders": ("remind_unsaid",),
    "create_run": ("start_run", "run_on", "roll_back", "begin_anew"),
    "create_sign_up": ATTENDEES_OWN,
    "create_weights": ASSOCIATION,
    "create_wish": ("relate_attendee",),
    "deactivate_weights": ASSOCIATION,
    "decide_message": ("decide_letter",),
    "delete_acquaintance": ("unrelate_attendee",),
    "delete_attendee": ("remove_attendee",),
    "delete_decision": ("decide_pair",),
    "delete_encounter": ("unrelate_attendee",),
    "delete_event": ASSOCIATION,
    "delete_exclusion": ("unrelate_attendee",),
    "delete_feedback": ("remove_feedback",),
    "delete_letter": ASSOCIATION,
    "delete_mapping": ASSOCIATION,
    "delete_pause": ("pause_attendee",),
    "delete_wish": ("unrelate_attendee",),
    "explain_pair": ("show_why_not",),
    "export_agenda": ("take_file",),
    "export_attendees": ("take_file",),
    "export_badges": ("take_file",),
    "export_pairings": ("take_file",),
    "export_programme": ("take_file",),
    "export_report": ("take_file",),
    "export_seats": ("take_file",),
    "export_table_cards": ("take_file",),
    "export_table_sheets": ("take_file",),
    "follow_run": ("show_progress",),
    "get_action": ("show_set",),
    "get_attendance": ("show_live", "show_presence"),
    "get_attendee": ("show_attendee",),
    "get_attendee_coverage": ("show_match",),
    "get_check_in": ("show_desk", "show_attendee"),
    "get_completeness": ("show_unsaid",),
    "get_coverage": ("show_coverage_map",),
    "get_door": ("show_door_page",),
    "get_event": ("show_event",),
    "get_event_quality": ("show_after",),
    "get_failed_rows": ("get_failed",),
    "get_fairness": ("show_fairness",),
    "get_funnel": ("show_live", "show_after"),
    "get_import": ("show_import",),
    "get_introduction": ("show_introduction_of_event",),
    "get_letter": ASSOCIATION,
    "get_liveness": MACHINES,
    "get_mapping": ("use_mapping",),
    "get_network": ("show_network",),
    "get_note": ("show_sent_note",),
    "get_outlook": ("show_outlook",),
    "get_privacy": ("show_privacy",),
    "get_programme": ("show_hours",),
    "get_promise": ("show_introduction_of_event",),
    "get_quality": ("show_after",),
    "get_readiness": MACHINES,
    "get_run": ("show_run",),
    "get_sender": ASSOCIATION,
    "get_spread": ("show_more", "show_after"),
    "get_uplift": ("show_after",),
    "get_uplift_power": "no page yet: it belongs to the release, which holds back no share yet",
    "get_weights": ASSOCIATION,
    "list_acquaintances": ("show_others",),
    "list_actions": ("show_set",),
    "list_asks": ("show_asks",),
    "list_attendee_pairings": ("show_match",),
    "list_attendees": ("show_room",),
    "list_byes": ("show_byes",),
    "list_check_ins": ("show_presence",),
    "list_connectors": ("show_connectors",),
    "list_decisions": ("show_decisions",),
    "list_encounters": ("show_others",),
    "list_events": ("show_events",),
    "list_exclusions": ("show_others",),
    "list_feedback": ("show_feedback",),
    "list_groups": ("show_groups", "show_sets"),
    "list_incomplete": ("show_unsaid",),
    "list_introductions": ("show_introductions",),
    "list_keys": ASSOCIATION,
    "list_mappings": ("show_imports",),
    "list_messages": ("show_live",),
    "list_notes": ("show_note",),
    "list_pairings": ("show_pairings",),
    "list_promises": ("show_introduction_of_event",),
    "list_relaxations": ("show_rules",),
    "list_runs": ("show_runs",),
    "list_sign_ups": ("show_waiting",),
    "list_unmatched": ("show_without",),
    "list_weights": ASSOCIATION,
    "list_wishes": ("show_others",),
    "mark_absent": ("note_presence", "note_absences"),
    "preview_import": ("show_columns", "show_check"),
    "preview_letter": ASSOCIATION,
    "preview_note": ("preview_segment_note",),
    "preview_reminders": ("show_unsaid",),
    "preview_swap": ("show_swap",),
    "replace_attendee": ("change_attendee",),
    "replace_door": ("change_door",),
    "replace_event": ("change_details", "change_policy"),
    "replace_letter": ASSOCIATION,
    "replace_mapping": ASSOCIATION,
    "replace_pause": ("pause_attendee",),
    "replace_privacy": ("change_privacy",),
    "replace_programme": ("make_hours",),
    "revoke_key": ASSOCIATION,
    "set_sender": ASSOCIATION,
    "suggest_profile": ATTENDEES_OWN,
    "undo_absence": ("note_presence",),
    "undo_check_in": ("note_presence",),
}


def operations() -> set[str]:
    document = json.loads((ROOT / "openapi" / "openapi.json").read_text(encoding="utf-8"))
    return {one["operationId"] for path in document["paths"].values() for one in path.values() if "operationId" in one}


def test_each_operation_has_a_page_or_a_reason() -> None:
    assert sorted(operations() ^ PAGES.keys()) == []


def test_each_page_that_is_named_is_there() -> None:
    there = {one.handler_name for one in HANDLERS}
    named = {name for pages in PAGES.values() if not isinstance(pages, str) for name in pages}
    assert sorted(named - there) == []


def test_each_reason_is_a_reason_and_each_list_names_a_page() -> None:
    assert [name for name, pages in PAGES.items() if not pages] == []
