"""Files in the store, as uploads that the database knows have left them."""

from collections.abc import AsyncIterator

from shared.storage import StagedFile, discard, stage_stream


async def store_file(content: bytes) -> StagedFile:
    """The content under its key, and nothing still coming in."""

    async def chunks() -> AsyncIterator[bytes]:
        yield content

    staged = await stage_stream(chunks(), limit=len(content))
    await discard([staged.incoming])
    return staged
