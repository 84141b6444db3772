"""Shared parts of the synthetic tests: a renderer where there is one, a visible reason where there is none."""

from __future__ import annotations

import os

import pytest

from formcheck.core.errors import MissingDependencyError
from formcheck.synthetic.mesh import BodyMesh, load_mesh
from formcheck.synthetic.people import Person, find_person


@pytest.fixture(scope="session")
def person() -> Person:
    return find_person("ben")


@pytest.fixture(scope="session")
def mesh(person: Person) -> BodyMesh:
    return load_mesh(person)


@pytest.fixture(scope="session")
def needs_renderer() -> None:
    """Skip, with the reason, where OpenGL over EGL is missing; fail instead when FORMCHECK_REQUIRE_ALL=1."""
    from formcheck.synthetic.renderer import create_context

    try:
        context = create_context()
    except MissingDependencyError as err:
        if os.environ.get("FORMCHECK_REQUIRE_ALL") == "1":
            pytest.fail(str(err))
        pytest.skip(str(err))
    context.release()
