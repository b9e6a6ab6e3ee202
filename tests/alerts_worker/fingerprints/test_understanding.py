"""What the process that reads fingerprints answers is looked over."""

from random import Random
from typing import Any

import pytest

from bench.lookalikes.minutes import write_minutes
from bench.lookalikes.photos import encoded, make_photo
from services.alerts_worker.evidence_checks.fingerprints.prints import MisunderstoodPrints, understood
from shared.domain.file_types import DOCX
from tests.alerts_worker.fingerprints.printing import HEAD, docx, prints_of

CONTENT = docx(*HEAD, *write_minutes(Random(1), 1), picture=encoded(make_photo(Random(1), (640, 480))))


def answer(**changes: Any) -> dict[str, Any]:
    told: Any = prints_of(CONTENT, DOCX).as_json()
    for path, value in changes.items():
        place, name = path.split("_", 1)
        told[f"{place}s"][0][name] = value
    return told  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {},
        answer() | {"texts": None},
        answer() | {"pictures": None},
        answer() | {"pictures": [{}]},
        answer() | {"texts": answer()["texts"] * 30},
        answer() | {"pictures": answer()["pictures"] * 50},
        answer() | {"documents": answer()["documents"] * 30},
        answer() | {"is_whole": 1},
        answer(document_year="2026"),
        answer(document_year=10_000),
        answer(text_sha256="x" * 64),
        answer(text_sha256="A" * 64),
        answer(text_words=-1),
        answer(text_words=True),
        answer(text_sketch=[0] * 255),
        answer(text_sketch=[70_000] * 256),
        answer(text_facts=[2, 1]),
        answer(text_facts=list(range(300))),
        answer(picture_coarse="1" + "0" * 16),
        answer(picture_coarse="-1"),
        answer(picture_detail="1" + "0" * 64),
        answer(picture_is_page="yes"),
        answer(picture_place=1.5),
    ],
)
def test_an_answer_of_another_shape_is_refused(told: object) -> None:
    assert understood(answer())
    with pytest.raises(MisunderstoodPrints):
        understood(told)
