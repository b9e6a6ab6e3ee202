"""How much an organization may keep here: decided under the lock of its one row, so that nothing slips past it."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import UploadUsage
from shared.domain.errors import TooLarge
from shared.settings import get_settings


async def reserve(session: AsyncSession, organization_id: UUID, size: int) -> None:
    """Count `size` more bytes of an organization. Raises TooLarge("quota-exceeded")."""
    quota = get_settings().upload_quota
    if size <= quota:
        added = UploadUsage.size + size
        statement = (
            insert(UploadUsage)
            .values(organization_id=organization_id, size=size)
            .on_conflict_do_update(index_elements=["organization_id"], set_={"size": added}, where=added <= quota)
            .returning(UploadUsage.size)
        )
        if (await session.execute(statement)).one_or_none() is not None:
            return
    raise TooLarge(
        "quota-exceeded",
        f"Cơ quan của bạn không còn đủ chỗ lưu cho tệp này (hạn mức {quota >> 20} MB, kể cả tệp đang tải dở): "
        "hãy xóa các tệp chưa dùng và các lần tải dở không cần nữa (liệt kê: GET /v1/uploads), "
        "hoặc đề nghị quản trị hệ thống tăng hạn mức.",
    )


async def release(session: AsyncSession, organization_id: UUID, size: int) -> None:
    """Take back what was reserved for bytes that will not come."""
    await session.execute(
        update(UploadUsage).where(UploadUsage.organization_id == organization_id).values(size=UploadUsage.size - size)
    )
