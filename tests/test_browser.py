"""The pages in a real browser: what people see, with and without script, by mouse and by keyboard, whatever the data.

Screenshots are left in the temporary folder of the test run; somebody should look at them after every change of style.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jdm_kg.errors import JdmKgError
from jdm_kg.serve import fetching
from tests import hostile, serving, tools
from tests.content import ROOT

pytestmark = pytest.mark.xdist_group("browser")  # one server and one browser at a time

KINDS = (
    "/",
    "/?search=muscle",
    "/?search=muscel",
    "/id/muscle-pain",
    "+/id/prednisolone",
    "*/id/juvenile-dermatomyositis",
    "/id/advice-do-not-stop-steroids-suddenly",
    "/claim/wp-021-01",
    "/passage/mduk-003",
    "/source/mduk-jdm",
    "/source/mduk-jdm-overview",
    "/tension/heredity",
    "/defect/wrong-abbreviation-of-the-family",
    "/vocab/",
    "/vocab/Treatment",
    "/vocab/hasSymptom",
    "/docs",
    "/editor",
    "+/editor?question=told-on-treatment",
)
"""A page of every kind. A plus: in both colours and widths, each with each. A star: once, because it is so long."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go."""
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def editor() -> None:
    """The editor of other people; without it, and without the network, tests skip."""
    try:
        fetching.fetch()
    except JdmKgError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def site(editor: None) -> Iterator[str]:  # noqa: ARG001 - must be there before the server starts
    """The project's own graph, served."""
    graph = (ROOT / "exports" / "jdm-kg.nt").read_text(encoding="utf-8")
    with serving.running(dataset=graph) as server:
        yield server.url


@pytest.fixture(scope="module")
def attacked(editor: None) -> Iterator[str]:  # noqa: ARG001 - as above
    """Hostile data, served."""
    with serving.running(dataset=hostile.turtle()) as server:
        yield server.url


def browse(task: str, address: str, folder: Path, *paths: str) -> Any:  # noqa: ANN401 - what the task tells
    """What a task of browse.mjs finds. Nothing may leave the machine, complain, or run that the data holds."""
    chromium = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
    )
    if not chromium:
        pytest.skip("Chromium is not installed (Debian: apt install chromium)")
    told = json.loads(tools.node("browse.mjs", task, chromium, address, folder, *paths))
    assert told["outside"] == []
    assert told["complaints"] == []
    assert told["canary"] == []
    assert told["dialogs"] == []
    return told["found"]


def test_every_kind_of_page_is_accessible(site: str, folder: Path) -> None:
    """No page has an axe finding (WCAG 2.2 A and AA, and best practice), in light and dark, wide and at 320 px.

    No page is wider than its window either.
    """
    found = browse("look", site, folder, *KINDS)
    assert len(found) == 2 * (len(KINDS) - 3) + 2 * 4 + 1
    assert [each for each in found if each["violations"] or each["overflow"] > 0] == []
    assert min(each["passes"] for each in found) > 15
    assert len(list(folder.glob("*-dark-320.png"))) == len(KINDS) - 1


def test_everything_works_without_script(site: str, folder: Path) -> None:
    """Search, pages, questions, their answers and errors need no script; on paper all is black on white."""
    found = browse("plain", site, folder)
    assert found["paper"] == ["rgb(255, 255, 255)", "rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    assert not found["printed"]
    assert found["thing"] == "Muscle pain"
    assert found["query"].startswith("# ")
    assert len(found["answer"].splitlines()) > 1
    assert "jmd: is not declared" in found["error"]


def test_the_editor(site: str, folder: Path) -> None:
    """Questions open as tabs; suggestions are ours, by name and by label; every kind of answer and error is told."""
    found = browse("edit", site, folder)
    assert found["plainHidden"]
    assert found["noFault"] == 0, "a prefix of the project is marked as an error"
    assert 0 < found["filtered"] < 50
    assert found["counted"].startswith(f"{found['filtered']} question")
    assert found["question"] in " ".join(found["tabs"])
    assert "vocab:hasSymptom has symptom (property)" in found["byName"]
    assert found["byLabel"] == ["id:muscle-pain muscle pain (thing)"]
    assert found["completed"] == "SELECT ?who WHERE { ?who vocab:hasSymptom id:muscle-pain"
    assert "id:juvenile-dermatomyositis juvenile dermatomyositis" in found["select"]
    assert found["link"].startswith("/editor?query=SELECT")
    assert "Yes" in found["ask"]
    assert "hasSymptom" in found["construct"]
    assert "nothing fits" in found["nothing"]
    assert "300 rows" in found["many"]
    assert found["shown"] == 200
    assert found["all"] == 300
    assert "Line 2" in found["error"]
    assert "jmd: is not declared" in found["error"]
    assert "{" not in found["error"]
    assert found["went"] == 1
    assert found["kept"] == "# kept\nASK {}"
    assert found["violations"] == []
    assert found["given"] == "ASK { <given> ?p ?o }"
    assert "Yes" in found["rows"]


def test_the_editor_by_keyboard_alone(site: str, folder: Path) -> None:
    """Everything in the editor is reached by Tab and left again; tabs are added, chosen and closed by keys."""
    found = browse("keys", site, folder)
    assert found["first"] == "a: Skip to the content"
    walk = found["walk"]
    order = ["input: Find a question", "a: Query", "button: Add a new tab", "textarea: SPARQL query", "button: Run"]
    places = [next(place for place, here in enumerate(walk) if here.startswith(wanted)) for wanted in order]
    assert places == sorted(places)
    assert found["back"] == "textarea: SPARQL query"
    assert found["adding"] == "button: Add a new tab"
    assert (found["added"], found["deleted"], found["one"]) == (2, 1, 1)
    assert found["left"].startswith("Query")
    assert found["right"].startswith("Query 1")
    assert found["stays"].startswith("a: Query")
    assert "row" in found["status"]
    assert found["reached"]


def test_hostile_data_runs_nothing(attacked: str, folder: Path) -> None:
    """Whatever texts and addresses hold, nothing of it runs, no host is asked, and links lead to the web only."""
    found = browse(
        "hostile", attacked, folder, *(f"/{path}" for path in hostile.NODES), "/", "/?search=canary", "/editor"
    )
    assert found["pages"] == len(hostile.NODES) + 3
    assert set(found["hrefs"]) <= {"http:", "https:"}
    assert found["overflow"] <= 0
    assert any("rows" in row for row in found["rows"])
    assert found["construct"] > 1000
    assert "There is no answer" in found["error"]
    assert found["hints"] > 0
