"""Reads of the trail: what the people and systems of the caller's subtree did. What our own jobs do is no tenant's."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.tasks_api.audit_log.schemas import AuditProof
from shared.db.ids import first_id_at
from shared.db.models import AuditCheckpoint, AuditEntry, AuditKey, AuditLeaf, Organization
from shared.db.trail import ENTRY_COLUMNS, entry_of, load_nodes
from shared.db.visibility import covers_organization
from shared.domain.audit_leaves import encode_entry
from shared.domain.errors import Conflict, NotFound
from shared.domain.merkle import hashes_of, inclusion_spans, nodes_of
from shared.domain.principal import Principal

SKEW = timedelta(days=1)
"""Identifiers are made by other clocks than `occurred_at`, and later in the transaction; never by this much."""
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Nothing was written before or after; instants near the ends of the calendar overflow."""

_LEAF = text(f"SELECT {ENTRY_COLUMNS} FROM audit_entries e WHERE e.id = :entry_id")


@dataclass(frozen=True, slots=True)
class Filters:
    """What an auditor looks for; None leaves it open. `organization_path` means it and all below it."""

    actor: str | None = None
    organization_path: str | None = None
    action: str | None = None
    target_type: str | None = None
    target_id: UUID | None = None
    request_id: str | None = None
    occurred_from: datetime | None = None
    occurred_to: datetime | None = None

    @property
    def find_few(self) -> bool:
        """Whether an index of their own leads to few entries."""
        return any(value is not None for value in (self.actor, self.target_id, self.request_id))

    def conditions(self) -> list[ColumnElement[bool]]:
        """All but the organization."""
        equal = {
            AuditEntry.actor: self.actor,
            AuditEntry.action: self.action,
            AuditEntry.target_type: self.target_type,
            AuditEntry.target_id: self.target_id,
            AuditEntry.request_id: self.request_id,
        }
        found: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
        if self.occurred_from:
            first = min(max(self.occurred_from, EARLIEST), LATEST)
            found += [AuditEntry.occurred_at >= first, AuditEntry.id >= first_id_at(first - SKEW)]
        if self.occurred_to:
            end = min(max(self.occurred_to, EARLIEST), LATEST)
            found += [AuditEntry.occurred_at < end, AuditEntry.id < first_id_at(end + SKEW)]
        return found


def _page(principal: Principal, filters: Filters, after: UUID | None, limit: int) -> Select[AuditEntry]:
    """The newest entries of each organization, or those few the filters find: no page reads the whole trail."""
    conditions = filters.conditions()
    if after:
        conditions.append(AuditEntry.id < after)
    organizations = [covers_organization(principal)]
    if filters.organization_path is not None:
        organizations.append(Organization.path.startswith(filters.organization_path, autoescape=True))
    if filters.find_few:
        entries = select(AuditEntry).join(Organization, Organization.id == AuditEntry.organization_id)
        statement = entries.where(AuditEntry.organization_id.is_not(None), *organizations, *conditions)
        return statement.order_by(AuditEntry.id.desc()).limit(limit)
    newest = (
        select(AuditEntry)
        .where(AuditEntry.organization_id == Organization.id, *conditions)
        .correlate(Organization)
        .order_by(AuditEntry.id.desc())
        .limit(limit)
        .lateral()
    )
    entry = aliased(AuditEntry, newest)
    statement = select(entry).select_from(Organization).join(newest, true()).where(*organizations)
    return statement.order_by(entry.id.desc()).limit(limit)


async def list_entries(
    session: AsyncSession, principal: Principal, filters: Filters, *, after: UUID | None, limit: int
) -> Sequence[tuple[AuditEntry, int | None]]:
    """One page of what the caller may see, newest first, each with its place in the tree."""
    entries = (await session.scalars(_page(principal, filters, after, limit))).all()
    ids = [entry.id for entry in entries]
    leaves = await session.execute(select(AuditLeaf.entry_id, AuditLeaf.position).where(AuditLeaf.entry_id.in_(ids)))
    positions = {row.entry_id: row.position for row in leaves}
    return [(entry, positions.get(entry.id)) for entry in entries]


async def ensure_may_see(session: AsyncSession, principal: Principal, entry_id: UUID) -> None:
    """NotFound for an entry that is not of the caller's subtree."""
    statement = (
        select(AuditEntry.id)
        .join(Organization, Organization.id == AuditEntry.organization_id)
        .where(AuditEntry.id == entry_id, covers_organization(principal))
    )
    if await session.scalar(statement) is None:
        raise NotFound("audit-entry-not-found", "Không tìm thấy dòng nhật ký này.")


async def prove(session: AsyncSession, entry_id: UUID) -> AuditProof:
    """The proof against the newest checkpoint; Conflict("audit-entry-not-covered") while none covers the entry."""
    leaf = (await session.scalars(select(AuditLeaf).where(AuditLeaf.entry_id == entry_id))).one_or_none()
    newest = select(AuditCheckpoint).order_by(AuditCheckpoint.tree_size.desc()).limit(1)
    checkpoint = (await session.scalars(newest)).one_or_none()
    if leaf is None or checkpoint is None:
        raise Conflict("audit-entry-not-covered", "Dòng này chưa được đưa vào chuỗi: hãy thử lại sau ít giây.")
    spans = inclusion_spans(leaf.position, checkpoint.tree_size)
    path = hashes_of(spans, await load_nodes(session, nodes_of(spans)))
    row = (await session.execute(_LEAF, {"entry_id": entry_id})).one()
    return AuditProof(
        entry_id=entry_id,
        leaf=encode_entry(entry_of(row)),
        leaf_hash=_base64(leaf.leaf_hash),
        leaf_index=leaf.position,
        tree_size=checkpoint.tree_size,
        root_hash=_base64(checkpoint.root_hash),
        inclusion_path=[_base64(each) for each in path],
        checkpoint=checkpoint.note,
        key_id=checkpoint.key_id,
        verifier=(await session.get_one(AuditKey, checkpoint.key_id)).verifier,
    )


def _base64(value: bytes) -> str:
    return b64encode(value).decode()
