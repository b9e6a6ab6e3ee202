"""Names of bodies that have ended: what is given to them lands at whoever carries on their work, and a person is
told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.tasks_api.plan_imports.names import SURE, NameIndex, NameMatch
from shared.domain.organizations import GroupRef, OrganizationRef
from shared.domain.successions import SuccessionKind

_LESS_SURE = 0.9
"""How much of a match's confidence is left when the body it means has ended."""


@dataclass(frozen=True, slots=True)
class EndedBody:
    """A body that ended on the eve of `since`, and the ids of those that exist in its place."""

    organization: OrganizationRef
    kind: SuccessionKind
    since: date
    heirs: frozenset[str]


class SucceededNameIndex(NameIndex):
    """The names of those that exist and, behind them, of those that have ended: a name that both bear means the living.

    `left_behind` are units inside an ended body: they go on, and are known by their names only within it.
    """

    def __init__(
        self,
        organizations: Sequence[OrganizationRef],
        groups: Sequence[GroupRef],
        remembered: Mapping[str, OrganizationRef | GroupRef] | None = None,
        *,
        ended: Sequence[EndedBody],
        left_behind: Sequence[OrganizationRef] = (),
    ) -> None:
        super().__init__(organizations, groups, remembered)
        self._living = {organization.id: organization for organization in organizations}
        self._ended = {body.organization.id: body for body in ended}
        former = [*(body.organization for body in ended), *left_behind]
        self._past = NameIndex([*organizations, *former], ()) if former else None
        self.names = (*self.names, *(organization.name for organization in former))

    def match(self, text: str, issuer_id: str | None, level: str | None = None) -> NameMatch:
        """As `NameIndex.match`; a body that has ended stands for its one heir, at less confidence, and is `succeeded`.

        Several heirs make the name ambiguous.
        """
        found = super().match(text, issuer_id, level)
        if self._past is None or found.group is not None or found.vague or found.confidence == 1.0:
            return found
        past = self._past.match(text, issuer_id, level)
        if found.organization is not None and past.confidence <= found.confidence:
            return found
        if past.organization is None:
            return past if past.ambiguous and found.organization is None else found
        body = self._ended.get(past.organization.id)
        return past if body is None else self._carried(body, past, found)

    def _carried(self, body: EndedBody, past: NameMatch, found: NameMatch) -> NameMatch:
        if len(body.heirs) > 1:
            return NameMatch(None, None, 0.5, ambiguous=True)
        (heir,) = body.heirs
        confidence = round(past.confidence * _LESS_SURE, 2)
        if heir not in self._living or confidence < SURE:
            return found
        return replace(past, organization=self._living[heir], confidence=confidence, succeeded=(body.kind, body.since))
