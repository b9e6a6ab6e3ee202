"""Reading a document where it can do no harm: in a process of its own, thrown away afterwards."""

from services.tasks_api.plan_imports.document_told import document_of
from services.tasks_api.plan_imports.documents import Document
from services.tasks_api.plan_imports.reading import ensure_size
from services.tasks_api.plan_imports.recogniser import find_recogniser
from services.tasks_api.plan_imports.refusals import too_complex, unreadable
from shared import throwaway

_ENTRY = "services.tasks_api.plan_imports.reading:read_as_json"


async def read_apart(content: bytes, filename: str) -> Document:
    """`reading.read_document`, in a throwaway process.

    Raises what it raises, Invalid `document-too-complex`, and throwaway.Busy when too many documents are being read.
    """
    ensure_size(content, filename)
    recogniser = find_recogniser()
    limits = throwaway.Limits(may_start_programs=recogniser is not None)
    argument = {"filename": filename, "recogniser": recogniser}
    try:
        return document_of(await throwaway.run(_ENTRY, content, argument, limits=limits))
    except throwaway.Exceeded as error:
        raise too_complex() from error
    except (throwaway.Failed, ValueError) as error:
        raise unreadable("nội dung tệp bị hỏng hoặc trái quy cách") from error
