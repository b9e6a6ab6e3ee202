import pytest

from shared.domain.organizations import DEFAULT_GROUPS, OrganizationKind, is_code, is_old_code


@pytest.mark.parametrize(
    ("text", "valid", "old"),
    [
        ("H19", True, False),
        ("H19.28.3", True, False),
        ("H37.DN.001", True, False),
        ("G12.18", True, False),
        ("H19." + "1" * 31, True, False),
        ("H19." + "1" * 32, False, False),
        ("H1", False, False),
        ("Z19", False, False),
        ("h19.28", False, False),
        ("H19.", False, False),
        ("H19..3", False, False),
        ("H19 .3", False, False),
        ("H19.28\n", False, False),
        ("H１９", False, False),
        ("", False, False),
        ("000.00.28.H19", False, True),
        ("000.00.00.H49", False, True),
        ("000.00.00.H49\n", False, False),
        ("00.00.00.H49", False, False),
    ],
)
def test_codes_are_told_from_the_older_form_and_from_anything_else(text: str, valid: bool, old: bool) -> None:
    assert (is_code(text), is_old_code(text)) == (valid, old)


def test_every_kind_has_a_vietnamese_name_of_its_own() -> None:
    labels = [kind.label for kind in OrganizationKind]
    assert len(set(labels)) == len(labels)
    assert all(labels)


def test_no_name_stands_for_two_default_groups() -> None:
    names = [name for group in DEFAULT_GROUPS for name in (group.name, *group.aliases)]
    assert len(set(names)) == len(names)
