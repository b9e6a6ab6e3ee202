"""Every fact is acted on, or knowingly not."""

from services.alerts_worker.relay import NAMES
from services.alerts_worker.subscriptions import HANDLERS, KNOWINGLY_UNHANDLED, SUBSCRIPTIONS
from shared.events import EVENTS


def test_every_event_is_handled_or_knowingly_unhandled() -> None:
    assert set(SUBSCRIPTIONS) | KNOWINGLY_UNHANDLED == set(EVENTS)
    assert not set(SUBSCRIPTIONS) & KNOWINGLY_UNHANDLED
    assert set(NAMES) == set(EVENTS)


def test_handler_names_are_unique_and_stable() -> None:
    names = [handler.name for handlers in SUBSCRIPTIONS.values() for handler in handlers]
    assert sorted(names) == sorted(HANDLERS)
    # Stored in deliveries: a renamed handler orphans what is queued under its old name.
    assert set(names) == {
        "apply_amendments",
        "apply_renames",
        "apply_successions",
        "apply_verdict",
        "apply_withdrawal",
        "check_evidence",
        "drop_withdrawn",
        "evaluate_assignment",
        "evaluate_plan",
        "go_on_checking",
        "move_deadlines",
        "resubmit_evidence",
        "settle_completion",
        "tell_decided",
        "tell_evidence_withdrawn",
        "tell_expired",
        "tell_overdue",
        "tell_refused",
        "tell_requested",
        "tell_waiting",
        "tell_withdrawn",
        "settle_linked",
        "snapshot_link",
        "verify_doubted",
        "weigh_again",
    }
