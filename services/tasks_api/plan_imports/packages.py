"""The zip package behind a .docx or .xlsx, opened without trusting what it says about itself."""

import io
import zipfile
import zlib

from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement

from services.tasks_api.plan_imports.refusals import encrypted, expands_too_much, unreadable

MIB = 1024 * 1024
MAX_EXPANDED_BYTES = 200 * MIB
# A part becomes a tree of some ten times its size in memory; 2,000 rows of a plan take about 8 MiB.
MAX_PART_BYTES = 32 * MIB
# The XML of plans shrinks 10 to 40 times; deflate at its limit gives 1,032.
MAX_EXPANSION = 200
# Below this even an absurd ratio does no harm.
HARMLESS_BYTES = 16 * MIB
MAX_PARTS = 5_000

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


class Package:
    """Named parts of a zip file; nothing is expanded before the declared sizes are accepted.

    A part that lies about its size is cut at the declared size by `zipfile` and then fails its checksum.
    """

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except _DAMAGED as error:
            raise unreadable("tệp nén bị hỏng hoặc tải lên chưa trọn") from error
        infos = self._zip.infolist()
        expanded = sum(info.file_size for info in infos)
        absurd = expanded > HARMLESS_BYTES and expanded > MAX_EXPANSION * len(content)
        if expanded > MAX_EXPANDED_BYTES or absurd or len(infos) > MAX_PARTS:
            raise expands_too_much()
        if any(info.flag_bits & 1 for info in infos):
            raise encrypted()
        self.names = frozenset(info.filename for info in infos)

    def xml(self, name: str) -> BaseOxmlElement:
        """The root element of an XML part.

        A part with a document type declaration is refused: Office files never have one, and it is how
        entities that expand or reach for other files come in.
        """
        try:
            if self._zip.getinfo(name).file_size > MAX_PART_BYTES:
                raise expands_too_much()
            root = parse_xml(self._zip.read(name))
        except KeyError as error:
            raise unreadable(f"thiếu thành phần {name}") from error
        except SyntaxError as error:  # what lxml raises for XML that is not well formed
            raise unreadable(f"thành phần {name} không đúng cú pháp XML") from error
        except _DAMAGED as error:
            raise unreadable(f"thành phần {name} bị hỏng") from error
        if root.getroottree().docinfo.doctype:
            raise unreadable(f"thành phần {name} chứa khai báo DOCTYPE không được phép")
        return root

    def optional_xml(self, name: str) -> BaseOxmlElement | None:
        return self.xml(name) if name in self.names else None
