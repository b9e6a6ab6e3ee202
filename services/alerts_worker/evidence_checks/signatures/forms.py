"""Form fields that are no signature boxes: which of them a later revision changed, or has drawn anew."""

from collections import defaultdict

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.form_tools import enumerate_fields_in
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.rw_common import PdfHandler

_KINDS = ("/Tx", "/Btn", "/Ch")
_REDRAWING = ("/NeedAppearances", "/DA", "/DR", "/Q", "/XFA")


def unchanged_fields(reader: PdfFileReader, since: int) -> set[str]:
    """Names of fields of which nothing was written in the revision `since` (from 0) or later.

    pyHanko names all fields of a form to which a signature was added.
    """
    fields = _form(reader).get("/Fields", generic.ArrayObject())
    written = defaultdict(list)
    for kind in _KINDS:
        for name, _, field in enumerate_fields_in(fields, refs_seen=set(), target_field_type=kind):
            written[name].append(_is_written(reader, field, since))
    return {name for name, told in written.items() if not any(told)}


def _is_written(reader: PdfFileReader, field: generic.IndirectObject, since: int) -> bool:
    """The field, its boxes, or what they look like."""
    last = reader.get_historical_resolver(reader.xrefs.total_revisions - 1)
    boxes = [field, *field.get_object().get("/Kids", ())]
    looks = [box.get_object().get("/AP", generic.NullObject()) for box in boxes]
    return any(last.collect_dependencies(each, since_revision=since) for each in (*boxes, *looks))


def has_other_fields(handler: PdfHandler) -> bool:
    """Whether the form has fields that are no signature boxes."""
    pending = list(_form(handler).get("/Fields", ()))
    seen = 0
    while pending and seen < 10_000:
        field = pending.pop().get_object()
        seen += 1
        if field.get("/FT", "/Sig") != "/Sig":
            return True
        pending += field.get("/Kids", ())
    return bool(pending)


def redraws(before: PdfHandler, after: PdfHandler) -> bool:
    """Whether settings changed by which programs draw fields anew."""
    old, new = _form(before), _form(after)
    return any(_written(old, key) != _written(new, key) for key in _REDRAWING)


def _written(form: generic.DictionaryObject, key: str) -> str:
    return repr(form.raw_get(key)) if key in form else ""


def _form(handler: PdfHandler) -> generic.DictionaryObject:
    form = handler.root.get("/AcroForm", generic.DictionaryObject())
    return form if isinstance(form, generic.DictionaryObject) else generic.DictionaryObject()
