"""What the whole is called, and what it is in a sentence or two, for all who list datasets."""

from __future__ import annotations

from jdm_kg.exports import common
from jdm_kg.exports.claims import claims, conditions
from jdm_kg.exports.table import Release


def title(release: Release) -> str:
    """The title, with the condition that the content is about."""
    condition = _condition(release)
    return f"jdm-kg: {condition} as a knowledge graph with evidence" if condition else "jdm-kg"


def description(release: Release) -> str:
    """The disclaimer, and what is in it, counted."""
    said = claims(release.facts)
    documents = len(common.sources(release.facts))
    about = f" about {condition}" if (condition := _condition(release)) else ""
    return (
        f"{common.DISCLAIMER} What is said{about} in public documents ({documents}): claims ({len(said)}), each with "
        "its polarity, certainty and qualifiers and with the passages on which it rests, told in the curators' own "
        "words."
    )


def _condition(release: Release) -> str:
    facts = release.facts
    return next((common.label(facts, one) for one in conditions(facts, claims(facts))), "")
