"""What stands in the documents for apps, in tables: relations of the vocabulary, the keys that carry them, their order.

`app_documents` fills the keys, `app_context` says what each means in RDF, `app_schema` describes them to programs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

CONTRACT: Final = "1.0.0"
"""Version of the keys, types and addresses of these files; `docs/exports.md` says when which part of it moves."""
FOLDER: Final = f"v{CONTRACT.split('.', maxsplit=1)[0]}"
"""The folder of these files, and the part of their addresses that a new major version changes."""


@dataclass(frozen=True)
class Links:
    """A list of things to which another is related.

    Attributes:
        key: The key that holds the list.
        relation: The relation of the vocabulary, as `vocab:…`.
        item: What stands in the list: a name of `ITEMS`, or `text` where the relation has literals.
        about: What the list is, for the schema.
        reverse: Whether the relation leads from the things of the list.
        besides: The key of an earlier list whose things are left out here.
    """

    key: str
    relation: str
    item: str
    about: str
    reverse: bool = False
    besides: str = ""


@dataclass(frozen=True)
class Item:
    """A kind of thing in a list, with the lists that it holds itself.

    Attributes:
        title: What it is called.
        about: What it is, for the schema.
        links: Its lists.
    """

    title: str
    about: str
    links: tuple[Links, ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of the document of a condition.

    Attributes:
        key: The key that holds it.
        title: Its heading for readers.
        about: What it is, for the schema.
        links: Its lists.
    """

    key: str
    title: str
    about: str
    links: tuple[Links, ...]


_SAFETY = Links(
    "safetyAdvice",
    "vocab:hasSafetyAdvice",
    "Advice",
    "Advice that protects from harm. Show all of it wherever you show this. What is said of a class of medicines, or "
    "of a treatment whose safety this one shares, is included.",
)
_COURSE = Links("courses", "vocab:hasCourse", "Link", "How it develops over time, in at least some people.")
_RESULTS = Links("leadsTo", "vocab:leadsTo", "Link", "What it brings about, in at least some cases.")
_MISTAKEN = Links("mistakenFor", "vocab:mistakenFor", "Link", "Conditions that it is taken for.")
_TELLING = Links("distinguishedBy", "vocab:distinguishedBy", "Link", "What tells it apart from what it resembles.")
_AIMS = Links("aims", "vocab:hasAim", "Link", "What it is done for.")

ITEMS: Final[Mapping[str, Item]] = MappingProxyType(
    {
        "Link": Item("Linked thing", "A thing to which another is related, with the statements that say so."),
        "Advice": Item("Advice", "A piece of advice, in words to be shown to readers."),
        "Trigger": Item(
            "Trigger",
            "Something that sets a condition off in some people, which is not the same as causing it. Show denials and "
            "safetyAdvice with it.",
            (_SAFETY,),
        ),
        "Symptom": Item(
            "Symptom",
            "A symptom, sign or loss of function that at least some people with the condition have. How often, how "
            "bad, where and how certain stands in each of its statements, because documents differ.",
            (
                Links("sites", "vocab:hasSite", "Link", "Where on or in the body, in at least some people."),
                Links("appearances", "vocab:hasAppearance", "Link", "How it looks or feels, in at least some people."),
                Links("components", "vocab:hasFeatureComponent", "Link", "What a named group of symptoms includes."),
                Links("accompaniedBy", "vocab:accompaniedBy", "Link", "What goes with it, in at least some people."),
                Links("resultsFrom", "vocab:resultsFrom", "Link", "What brings it about, in at least some cases."),
                _RESULTS,
                Links("worsenedBy", "vocab:worsenedBy", "Link", "What makes it worse, in at least some people."),
                Links("preventedBy", "vocab:preventedBy", "Link", "Treatments that keep it from happening, in some."),
                Links("precedes", "vocab:featurePrecedes", "Link", "What it comes before, in at least some people."),
                Links("resembles", "vocab:resembles", "Link", "What it looks like."),
                _MISTAKEN,
                _TELLING,
                _COURSE,
                Links("onset", "vocab:hasOnsetIn", "Link", "The periods of life in which it begins."),
            ),
        ),
        "Test": Item(
            "Test",
            "A test that is used, in at least some people, when the condition is looked for or watched.",
            (
                Links("looksFor", "vocab:looksFor", "Link", "What the test is made to find."),
                Links("examines", "vocab:examines", "Link", "What the test is made on or shows."),
                Links("steps", "vocab:hasTestStep", "Link", "Steps of the test."),
                Links("monitorsFor", "vocab:monitorsFor", "Link", "What it watches for when repeated."),
                _AIMS,
            ),
        ),
        "Treatment": Item(
            "Treatment",
            "A treatment that is used in at least some people with the condition. Dose, route, form, schedule and the "
            "circumstance of use stand in each of its statements. Always show safetyAdvice with it.",
            (
                _SAFETY,
                Links("prescribedOnlyBy", "vocab:prescribedOnlyBy", "Link", "The only ones who may prescribe it."),
                Links("monitoring", "vocab:needsMonitoring", "Test", "Regular tests that are asked for meanwhile."),
                Links("sideEffects", "vocab:hasSideEffect", "Link", "Unwanted effects, in at least some people."),
                Links("classes", "vocab:memberOfClass", "Link", "Classes of medicines to which it belongs."),
                Links("brandNames", "vocab:hasBrandName", "Link", "Names under which it is sold."),
                Links("medicines", "vocab:usesMedicine", "Link", "Medicines that it gives."),
                Links("parts", "vocab:consistsOf", "Link", "What it is made up of, among other things."),
                Links("contents", "vocab:contains", "Link", "Substances in it, among others."),
                Links("methods", "vocab:usesMethod", "Link", "Treatments by means of which it works."),
                Links("routes", "vocab:hasRoute", "Link", "Ways into or onto the body."),
                Links("doseForms", "vocab:hasDoseForm", "Link", "Forms in which it comes."),
                Links("doseBasedOn", "vocab:doseBasedOn", "Link", "On what the amount depends."),
                Links("usedFor", "vocab:usedFor", "Link", "What it is used for in particular."),
                Links("effectiveFor", "vocab:effectiveFor", "Link", "What a document says it works for."),
                Links("effects", "vocab:hasEffect", "Link", "What it does, in at least some people."),
                Links("lessens", "vocab:reducesEffectOf", "Link", "What it makes less likely or less bad."),
                Links("prevents", "vocab:prevents", "Link", "What it keeps from happening, in at least some people."),
                Links("improves", "vocab:improves", "Link", "What it makes better or more likely."),
                _AIMS,
                Links("reducesNeedFor", "vocab:reducesNeedFor", "Link", "Treatments of which less is needed with it."),
                Links("combinedWith", "vocab:combinedWith", "Link", "Treatments given together with it."),
                Links("usedInsteadOf", "vocab:usedInsteadOf", "Link", "Treatments whose place it takes."),
                Links("saferThan", "vocab:saferThan", "Link", "Treatments than which a document holds it safer."),
                Links("givenBefore", "vocab:treatmentPrecedes", "Link", "Treatments before which it is given."),
                Links("givenAfter", "vocab:treatmentPrecedes", "Link", "Treatments after which it is given.", True),
                Links("advisedActions", "vocab:advisesAction", "Link", "Actions that a document advises with it."),
            ),
        ),
        "Role": Item(
            "Role",
            "A profession or team that takes part in care.",
            (
                Links("specialisesIn", "vocab:specialisesIn", "Link", "What it is trained above all for."),
                Links("kindsOfRole", "vocab:isKindOfRole", "Link", "Wider roles."),
                Links("settings", "vocab:worksIn", "Link", "Where it works."),
                Links("provides", "vocab:provides", "Link", "What it gives, makes or offers."),
            ),
        ),
        "Figure": Item(
            "Figure",
            "Something for which a document gives a number. The numbers stand in its statements, under amount.",
            (Links("variesBy", "vocab:variesBy", "Link", "With what it differs."),),
        ),
        "NamePart": Item(
            "Part of a name",
            "A part of a word with a meaning of its own.",
            (
                Links("meanings", "vocab:nameElementMeans", "Link", "What it stands for."),
                Links("nameElements", "vocab:hasNameElement", "Link", "Parts of which it is made itself."),
            ),
        ),
    }
)
"""The kinds of item, by the name of their type."""

SYMPTOMS: Final = Links("symptoms", "vocab:hasSymptom", "Symptom", "The symptoms of this group.")

SECTIONS: Final = (
    Section(
        "names",
        "Names",
        "What else the condition is called, and where the name comes from.",
        (
            Links("otherNames", "vocab:hasName", "text", "Other names that documents give."),
            Links("abbreviations", "vocab:hasAbbreviation", "text", "Short forms that documents use."),
            Links("nameElements", "vocab:hasNameElement", "NamePart", "Parts of the name and their meaning."),
            Links("namedAfter", "vocab:namedAfter", "Link", "What it takes its name from."),
        ),
    ),
    Section(
        "family",
        "Family",
        "Of what it is a kind, and its relatives.",
        (
            Links("kindOf", "vocab:isSubtypeOf", "Link", "Wider conditions of which it is one kind."),
            Links("commonestFormOf", "vocab:commonestFormOf", "Link", "Conditions of which it is the commonest kind."),
            Links("subtypes", "vocab:hasSubtype", "Link", "Conditions that are kinds of it."),
            Links(
                "childhoodFormOf", "vocab:childhoodCounterpartOf", "Link", "Conditions whose form in childhood it is."
            ),
            Links("distinctFrom", "vocab:distinctFrom", "Link", "Conditions that a document says are not the same."),
            Links("managedLike", "vocab:managedLike", "Link", "Conditions treated in much the same way."),
        ),
    ),
    Section(
        "overview",
        "Overview",
        "What it is, how it works, what is known of the cause, and who has it.",
        (
            Links("mechanisms", "vocab:hasMechanism", "Link", "By what process it is said or believed to work."),
            Links("affects", "vocab:affects", "Link", "What it harms or involves, in at least some people."),
            Links(
                "mainSymptoms", "vocab:hasMainSymptom", "Link", "Symptoms that a document singles out as marking it."
            ),
            Links("causeStatus", "vocab:hasCauseStatus", "Link", "How much is known of the cause."),
            Links("causes", "vocab:hasCause", "Link", "Causes; a trigger is not one."),
            Links("triggers", "vocab:hasTrigger", "Trigger", "What sets it off in some people. Not causes."),
            Links("riskFactors", "vocab:hasRiskFactor", "Link", "What is said or held likely to raise the chance."),
            Links("sensitiveTo", "vocab:sensitiveTo", "Link", "To what people with it react more than others."),
            Links("onset", "vocab:hasOnsetIn", "Link", "The periods of life in which it begins."),
            Links("occursIn", "vocab:occursInPopulation", "Link", "Groups of people in which it is found."),
        ),
    ),
    Section(
        "diagnosis",
        "Diagnosis",
        "How it is recognised.",
        (
            Links("tests", "vocab:hasDiagnosticTest", "Test", "Tests that are used, in at least some people."),
            Links("criteria", "vocab:hasDiagnosticCriterion", "Link", "What is used, or held useful, to recognise it."),
            Links("diagnosedBy", "vocab:diagnosedBy", "Role", "Who makes the diagnosis, in at least some cases."),
            _MISTAKEN,
            _TELLING,
        ),
    ),
    Section(
        "treatment",
        "Treatment",
        "What is done for it.",
        (
            Links("treatments", "vocab:hasTreatment", "Treatment", "Treatments, each with its safety advice."),
            Links("doseBasedOn", "vocab:doseBasedOn", "Link", "On what the amounts given depend."),
            Links("advisedActions", "vocab:advisesAction", "Link", "What a document advises its readers to do."),
        ),
    ),
    Section(
        "outlook",
        "Outlook",
        "How it goes on, and to what it may lead.",
        (
            Links("outcomes", "vocab:hasOutcome", "Link", "Where it leads in the end, in at least some people."),
            _COURSE,
            _RESULTS,
        ),
    ),
    Section(
        "numbers",
        "Numbers",
        "How many people have it, and other figures.",
        (
            Links("measures", "vocab:hasMeasure", "Figure", "Figures, with amount, denominator and period."),
            Links("variesBy", "vocab:variesBy", "Link", "With what it differs."),
        ),
    ),
    Section(
        "safety",
        "Safety and advice",
        "Advice that is tied to the condition as a whole; that of treatments stands with each of them.",
        (
            _SAFETY,
            Links("otherAdvice", "vocab:hasAdvice", "Advice", "All other advice.", besides="safetyAdvice"),
        ),
    ),
    Section(
        "care",
        "Care team",
        "Who takes part in care.",
        (
            Links("careLedBy", "vocab:careLedBy", "Role", "Who leads the care, in at least some cases."),
            Links("managedBy", "vocab:managedBy", "Role", "Who takes part in the care."),
        ),
    ),
)
"""The sections of the document of a condition in their order; the symptoms, grouped, follow the overview."""

SYMPTOMS_AFTER: Final = "overview"
SYMPTOM_GROUPS: Final = "symptomsByBodySystem"


@dataclass(frozen=True)
class Part:
    """A qualifier of a statement.

    Attributes:
        key: The key that holds it.
        relation: The property of the vocabulary.
        kind: `texts`, `text`, `thing`, `things`, `value` (one of a fixed set of terms), `whole` (a whole number),
            `flag`, `decimal`, or `code`.
        about: What it says, for the schema.
    """

    key: str
    relation: str
    kind: str
    about: str


PARTS: Final = (
    Part("certaintyCue", "vocab:certaintyCue", "texts", "Words of the source that show how certain it is."),
    Part("frequencyWording", "vocab:frequencyWording", "texts", "Words of the source that say how often."),
    Part("severity", "vocab:severity", "thing", "How bad it is, or must be for this to hold."),
    Part("severityWording", "vocab:severityWording", "texts", "Words of the source that say how bad."),
    Part("degreeWording", "vocab:degreeWording", "texts", "Words of the source that say how strongly or how much."),
    Part("circumstance", "vocab:circumstance", "texts", "When this holds or is used, in our words."),
    Part("circumstanceThings", "vocab:circumstanceThing", "things", "Things that take part in the circumstance."),
    Part("populations", "vocab:population", "things", "It is said of these people only."),
    Part("bodySites", "vocab:bodySite", "things", "It is said of these parts of the body only."),
    Part("places", "vocab:place", "things", "It is said of these places only."),
    Part("lifeStages", "vocab:lifeStage", "things", "It is said of these periods of life only."),
    Part("timing", "vocab:timing", "texts", "When it happens or how fast, in our words."),
    Part("timingWording", "vocab:timingWording", "texts", "Words of the source that say when."),
    Part("after", "vocab:after", "things", "After what it happens."),
    Part("before", "vocab:before", "things", "Before what it happens."),
    Part("sequence", "vocab:sequence", "whole", "Its place among the steps that the source gives, from 1."),
    Part("rank", "vocab:rank", "whole", "Its tier where the source ranks, 1 for the first."),
    Part("routesOfUse", "vocab:route", "things", "It is said of these ways into or onto the body only."),
    Part("doseFormsOfUse", "vocab:doseForm", "things", "It is said of these forms of the medicine only."),
    Part("schedule", "vocab:schedule", "texts", "How often or at what steps it is done, in our words."),
    Part("comparedWith", "vocab:comparedWith", "things", "With what it is compared."),
    Part("agents", "vocab:agent", "things", "Who does it."),
    Part("example", "vocab:example", "flag", "True where the source names it only as one example of several."),
    Part("asPrinted", "vocab:asPrinted", "flag", "True where the source prints it faultily: do not show it as fact."),
    Part("curatorNotes", "vocab:curatorNote", "texts", "What to know about how this was read from the source."),
)
"""The qualifiers that stand on a statement itself, in their order."""

GROUPS: Final[Mapping[str, tuple[str, tuple[Part, ...]]]] = MappingProxyType(
    {
        "dose": (
            "How much is given.",
            (
                Part("doseMinimum", "vocab:doseMinimum", "decimal", "The lowest dose, exactly as in the graph."),
                Part("doseMaximum", "vocab:doseMaximum", "decimal", "The highest dose, exactly as in the graph."),
                Part("doseUnit", "vocab:doseUnit", "code", "Unit as a UCUM code."),
                Part("doseBasis", "vocab:doseBasis", "thing", "The measure by which the dose is reckoned."),
                Part("doseWording", "vocab:doseWording", "texts", "Words of the source that say how much."),
            ),
        ),
        "duration": (
            "How long it lasts.",
            (
                Part("durationMinimum", "vocab:durationMinimum", "decimal", "The shortest time, as in the graph."),
                Part("durationMaximum", "vocab:durationMaximum", "decimal", "The longest time, as in the graph."),
                Part("durationUnit", "vocab:durationUnit", "code", "Unit as a UCUM code: a is years, mo months."),
                Part("durationWording", "vocab:durationWording", "texts", "Words of the source that say how long."),
            ),
        ),
        "amount": (
            "A figure.",
            (
                Part("amountMinimum", "vocab:amountMinimum", "decimal", "The lowest figure, as in the graph."),
                Part("amountMaximum", "vocab:amountMaximum", "decimal", "The highest figure, as in the graph."),
                Part("amountUnit", "vocab:amountUnit", "code", "Unit as a UCUM code: 1 for a count, % for a share."),
                Part("amountWording", "vocab:amountWording", "texts", "Words of the source that give the figure."),
                Part("approximate", "vocab:approximate", "flag", "Whether the source calls the figure approximate."),
                Part("denominator", "vocab:denominator", "decimal", "Out of how many, as in the graph."),
                Part("denominatorPopulation", "vocab:denominatorPopulation", "thing", "Of whom it counts."),
                Part("period", "vocab:period", "decimal", "The length of time it relates to, as in the graph."),
                Part("periodUnit", "vocab:periodUnit", "code", "Unit of the period as a UCUM code."),
            ),
        ),
    }
)
"""The qualifiers that belong together, under a key of their own."""

MAPPINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "exactMatch": "The same thing.",
        "closeMatch": "Nearly the same thing.",
        "broadMatch": "A wider thing.",
        "narrowMatch": "A narrower thing.",
        "relatedMatch": "A related thing.",
    }
)
"""How an identifier in another terminology relates to the thing, by the local name of the SKOS relation."""

ISO_UNITS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "a": ("P", "Y"),
        "mo": ("P", "M"),
        "wk": ("P", "W"),
        "d": ("P", "D"),
        "h": ("PT", "H"),
        "min": ("PT", "M"),
        "s": ("PT", "S"),
    }
)
"""UCUM codes of time, and what stands before and after the number in an ISO 8601 duration."""

CERTAINTIES: Final = ("stated", "implied", "almostCertain", "likely", "believed", "possible")
POLARITIES: Final = ("affirmed", "denied")
