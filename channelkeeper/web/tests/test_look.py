"""The stylesheet's promises: contrast, equal dark blocks, no inline code, vendored files as listed."""

import hashlib
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[1]
STATIC = WEB / "static"
TOKENS = (STATIC / "channelkeeper" / "tokens.css").read_text()
APP = (STATIC / "channelkeeper" / "app.css").read_text()
TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9A-Fa-f]{6})")


def block(selector: str) -> dict[str, str]:
    """Return the colours that a block of tokens.css sets."""
    start = TOKENS.index(selector)
    return dict(TOKEN.findall(TOKENS[start : TOKENS.index("}", start)]))


LIGHT, DARK_BY_SYSTEM, DARK_BY_CHOICE = (
    block(selector) for selector in (":root {", ':root:not([data-theme="light"])', ':root[data-theme="dark"]')
)


def luminance(colour: str) -> float:
    """Return the relative luminance of #RRGGBB (WCAG 2.2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_dark_is_the_same_by_system_and_by_choice() -> None:
    assert DARK_BY_SYSTEM == DARK_BY_CHOICE


def test_both_themes_set_the_same_names() -> None:
    assert LIGHT.keys() == DARK_BY_CHOICE.keys()


TEXTS = ("ink", "ink-2", "ink-3", "accent", "accent-hover", "below-text", "in-text", "above-text", "error")
MARKS = ("below-mark", "in-mark", "above-mark", "in-edge", "field", "spark", "hatch")
GROUNDS = ("bg", "sunken", "hover", "selected")


@pytest.mark.parametrize("theme", [LIGHT, DARK_BY_CHOICE], ids=["light", "dark"])
@pytest.mark.parametrize("text", TEXTS)
def test_text_can_be_read(theme: dict[str, str], text: str) -> None:
    # Labels never stand on the selected row: there they turn to the second ink (the test below).
    grounds = [ground for ground in GROUNDS if (text, ground) != ("ink-3", "selected")]
    ratios = {ground: contrast(theme[text], theme[ground]) for ground in grounds}
    assert [f"{ground} {ratio:.2f}" for ground, ratio in ratios.items() if ratio < 4.5] == []


def test_labels_turn_darker_on_the_selected_row() -> None:
    rule = next(line for line in APP.splitlines() if line.startswith(".ck-table tr[aria-current] .code"))
    assert rule.endswith("{ color: var(--ink-2); }")


@pytest.mark.parametrize("theme", [LIGHT, DARK_BY_CHOICE], ids=["light", "dark"])
@pytest.mark.parametrize("mark", MARKS)
def test_marks_can_be_seen(theme: dict[str, str], mark: str) -> None:
    assert contrast(theme[mark], theme["bg"]) >= 3


@pytest.mark.parametrize("theme", [LIGHT, DARK_BY_CHOICE], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("on-accent", "accent"),
        ("on-accent", "accent-hover"),
        ("on-toast", "toast"),
        ("error", "error-tint"),
        ("bg", "error"),
        *(("heat-ink", f"heat-{step}") for step in (1, 2, 3, 4)),
        ("heat-ink-5", "heat-5"),
    ],
)
def test_text_on_colour_can_be_read(theme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK_BY_CHOICE], ids=["light", "dark"])
def test_heat_grows_step_by_step(theme: dict[str, str]) -> None:
    steps = [luminance(theme[f"heat-{step}"]) for step in range(1, 6)]
    rises = [later > earlier for earlier, later in pairwise(steps)]
    assert len(set(rises)) == 1


def test_every_token_that_is_used_is_set() -> None:
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", APP + TOKENS))
    set_here = set(re.findall(r"--([a-z0-9-]+):", TOKENS + APP))
    assert used - set_here == set()


def test_tabler_s_own_names_stay_free() -> None:
    assert re.findall(r"(?<![\w-])\.(?:mark|legend|row|h[1-4])(?![\w-])", APP) == []


def test_every_class_of_the_stylesheet_has_its_words_in_the_readme() -> None:
    readme = (WEB / "README.md").read_text()
    documented = set(re.findall(r"ck-[a-z0-9-]+", readme))
    pieces = "".join(path.read_text() for path in (WEB / "templates").rglob("*.html"))
    code = "".join(path.read_text() for path in [*WEB.glob("*.py"), *WEB.glob("templatetags/*.py")])
    drawn_here = set(re.findall(r"ck-[a-z0-9-]+", pieces + code))
    parts = ("ck-g-", "ck-s-", "ck-d-", "ck-l-", "ck-heat-", "ck-gauge-", "ck-chart-")
    loose = {name for name in re.findall(r"\.(ck-[a-z0-9-]+)", APP) if not name.startswith(parts)}
    assert sorted(loose - documented - drawn_here) == []


MANIFEST = json.loads((STATIC / "vendor" / "MANIFEST.json").read_text())


@pytest.mark.parametrize("line", MANIFEST, ids=[line["file"] for line in MANIFEST])
def test_a_vendored_file_is_the_one_listed(line: dict[str, str]) -> None:
    content = (STATIC / "vendor" / line["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == line["sha256"]


def test_no_vendored_file_is_unlisted() -> None:
    files = {
        path.relative_to(STATIC / "vendor").as_posix() for path in (STATIC / "vendor").rglob("*") if path.is_file()
    }
    assert files - {line["file"] for line in MANIFEST} == {"MANIFEST.json"}


def test_every_vendored_library_has_its_licence() -> None:
    folders = {line["file"].split("/")[0] for line in MANIFEST}
    assert {folder for folder in folders if not (STATIC / "vendor" / folder / "LICENSE").exists()} == set()


def test_the_manifest_is_what_the_tool_would_fetch() -> None:
    from tools import vendor_assets

    pinned = {(package.name, package.version, package.licence) for package in vendor_assets.PACKAGES}
    assert {(line["name"], line["version"], line["licence"]) for line in MANIFEST} == pinned


def test_scripts_evaluate_nothing() -> None:
    scripts = "".join(path.read_text() for path in (STATIC / "channelkeeper").glob("*.js"))
    assert re.findall(r"\beval\(|new Function|setAttribute\(\"style|\.cssText", scripts) == []
