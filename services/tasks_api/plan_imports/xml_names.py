"""Looking into Office XML by local names: transitional and strict files differ only in their namespaces."""

from collections.abc import Iterator
from typing import Any

Element = Any  # lxml publishes no types


def local_name(element: Element) -> str:
    """The tag without its namespace; empty for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element | None, name: str) -> Iterator[Element]:
    """The direct children of this name; none when there is no element."""
    if element is not None:
        for inner in element:
            if local_name(inner) == name:
                yield inner


def child(element: Element | None, *path: str) -> Element | None:
    """The first descendant reached by these names one below the other, or None."""
    for name in path:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def attribute(element: Element | None, name: str) -> str | None:
    if element is None:
        return None
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def number_attribute(element: Element | None, name: str, default: int) -> int:
    """The attribute as a whole number ≥ 0; `default` when absent or not a number."""
    text = attribute(element, name)
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else default
