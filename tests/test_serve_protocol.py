"""What a request asks for, which format it is answered in, and how it is refused, without a server."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jdm_kg.serve import negotiation, paths, protocol
from jdm_kg.serve.negotiation import Offer, accepts_gzip, choose, has_already, ranges
from jdm_kg.serve.protocol import FORM, GRAPHS, QUERY, TABULAR, UPDATE, Asked, Refusal, asked, format_for

_TURTLE, _TRIPLES, _JSONLD = (GRAPHS[name] for name in ("ttl", "nt", "jsonld"))
_ALL = [_TURTLE, _TRIPLES, _JSONLD]


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, _TURTLE),
        ("", _TURTLE),
        ("  ", _TURTLE),
        ("*/*", _TURTLE),
        ("application/n-triples", _TRIPLES),
        ("APPLICATION/N-Triples", _TRIPLES),
        ("application/*", _TRIPLES),
        ("application/*;q=0.2, text/turtle;q=0.1", _TRIPLES),
        ("text/turtle;q=0.5, application/ld+json", _JSONLD),
        ("text/turtle;q=0, */*;q=0.1", _TRIPLES),
        ("*/*;q=0, application/ld+json;q=0.001", _JSONLD),
        ("*/*;q=0.9, text/turtle;q=0.8", _TRIPLES),
        ("text/turtle;charset=utf-8", _TURTLE),
        ('text/turtle;charset="UTF-8"', _TURTLE),
        ("text/turtle;charset=iso-8859-1, application/n-triples;q=0.1", _TRIPLES),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted, x"', _JSONLD),
        ("application/json", _JSONLD),
        ("text/plain", _TRIPLES),
        ("text/turtle ; q=0.3 , application/n-triples ; q=0.7", _TRIPLES),
        ("text/turtle;q=1.000, application/n-triples;q=0.999", _TURTLE),
        ("text/turtle;q=nonsense, application/n-triples", _TRIPLES),
        ("text/turtle;q=1.5, application/n-triples;q=0.1", _TRIPLES),
        (";;, ,nonsense, */turtle, text/turtle", _TURTLE),
        ("application/n-triples;q=0.5;level=1, text/turtle;q=0.4", _TRIPLES),
        ("image/png, text/html", None),
        ("text/turtle;q=0", None),
        ("application/json;q=0, text/turtle;q=0", None),
        ("*/*;q=0", None),
        ("text/*;q=0.5, text/turtle;q=0", None),
    ],
)
def test_the_type_that_a_client_likes_best_is_chosen(header: str | None, wanted: Offer | None) -> None:
    """Weights count, then the more specific range; among equals we choose; a weight of 0 refuses."""
    assert choose(header, _ALL) is wanted


_TOKENS = st.text(alphabet="abcxyz019!#$&'*+.^_`|~-", min_size=1, max_size=8)
_WEIGHTS = st.one_of(st.just(None), st.integers(0, 1000))
_RANGES = st.tuples(
    _TOKENS, _TOKENS, st.lists(st.tuples(_TOKENS.filter(lambda t: t != "q"), _TOKENS), max_size=2), _WEIGHTS
)


def _written(one: tuple[str, str, list[tuple[str, str]], int | None], space: str) -> str:
    kind, subtype, parameters, weight = one
    text = f"{kind}/{subtype}" + "".join(f"{space};{space}{name}={value}" for name, value in parameters)
    return text + ("" if weight is None else f"{space};{space}q={weight / 1000:.3f}")


@given(st.lists(_RANGES, max_size=5), st.sampled_from(["", " ", "\t"]))
def test_well_formed_ranges_are_read(
    found: list[tuple[str, str, list[tuple[str, str]], int | None]], space: str
) -> None:
    """A header in any layout is read as what was written into it."""
    found = [one for one in found if one[0] != "*" or one[1] == "*"]
    read = ranges(f"{space},{space}".join(_written(one, space) for one in found))
    assert [(r.type, r.subtype, r.parameters, r.weight) for r in read] == [
        (kind, subtype, tuple(parameters), 1.0 if weight is None else weight / 1000)
        for kind, subtype, parameters, weight in found
    ]


@given(st.text(max_size=300))
@example('text/turtle;a="' + "\\" * 200)
@example("," * 5000)
@example('"' * 3000)
def test_no_header_brings_the_reader_down(header: str) -> None:
    """Whatever stands in a header, something is chosen or nothing is."""
    assert choose(header, _ALL) in (*_ALL, None)
    assert accepts_gzip(header) in (True, False)
    assert has_already(header, 'W/"x"') in (True, False)
    assert all(0 <= one.weight <= 1 for one in ranges(header))


@pytest.mark.parametrize("size", [10_000, 1_000_000])
@pytest.mark.parametrize("unit", ["a/b;", 'a/b;c="', "a/b,", ";q=", '\\"', "a"])
def test_long_headers_are_read_in_part(unit: str, size: int) -> None:
    """Of a header that is longer than any client needs only the beginning is read."""
    header = unit * size
    assert len(ranges(header)) <= negotiation.LONGEST_HEADER
    assert choose(header, _ALL) is None


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("br, gzip;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("*", True),
        ("*;q=0", False),
        ("*, gzip;q=0", False),
        ("*;q=0, gzip", True),
        ("identity", False),
        ("br", False),
        ("gzipped", False),
    ],
)
def test_gzip_is_for_those_who_take_it(header: str | None, taken: bool) -> None:
    """The Accept-Encoding header is read with its weights."""
    assert accepts_gzip(header) is taken


@pytest.mark.parametrize(
    ("header", "known"),
    [
        (None, False),
        ("*", True),
        ('"x"', True),
        ('W/"x"', True),
        ('"y", W/"x"', True),
        ('"y"', False),
        ("x", False),
        ('"x', False),
    ],
)
def test_a_client_that_has_the_answer_is_recognised(header: str | None, known: bool) -> None:
    """Tags are compared weakly, as If-None-Match wants it."""
    assert has_already(header, 'W/"x"') is known
    assert has_already(header, "") is False


def _refusal(*arguments: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        asked(*arguments)  # type: ignore[arg-type]  # as the case gives them
    return caught.value


def test_the_three_ways_to_ask() -> None:
    """A query is read from the address, from a form, and from the body; graphs from the address and the form."""
    assert asked("GET", b"query=ASK%20%7B%7D", None, b"") == Asked("ASK {}")
    assert asked("HEAD", b"query=ASK+%7B%7D&format=xml", None, b"").format == "xml"
    assert asked("POST", b"", FORM, b"query=ASK%7B%7D") == Asked("ASK{}")
    assert asked("POST", b"", f"{FORM}; charset=UTF-8", b"query=%C3%A9").query == "é"
    assert asked("POST", b"", QUERY, "ASK {} # é".encode()).query == "ASK {} # é"
    found = asked(
        "POST", b"default-graph-uri=a&default-graph-uri=b", FORM, b"query=x&named-graph-uri=c&default-graph-uri=d"
    )
    assert found == Asked("x", ("a", "b", "d"), ("c",))


def test_a_get_without_a_query_asks_for_the_description() -> None:
    """Neither parameters of others nor a trailing mark make a query."""
    assert asked("GET", b"", None, b"").query is None
    assert asked("GET", b"utm_source=x", None, b"").query is None


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("PUT", b"", None, b""), 405),
        (("DELETE", b"query=ASK%7B%7D", None, b""), 405),
        (("GET", b"query=ASK%7B%7D&query=ASK%7B%7D", None, b""), 400),
        (("POST", b"query=ASK%7B%7D", QUERY, b"ASK {}"), 400),
        (("GET", b"query=", None, b""), 400),
        (("GET", b"query=%20%0A", None, b""), 400),
        (("GET", b"default-graph-uri=x", None, b""), 400),
        (("POST", b"", FORM, b"quer=ASK"), 400),
        (("POST", b"", FORM, b""), 400),
        (("GET", b"query=%ff", None, b""), 400),
        (("GET", b"query=\xff", None, b""), 400),
        (("POST", b"", QUERY, b"\xff"), 400),
        (("POST", b"", FORM, b"query=%ff"), 400),
        (("GET", b"query=x&format=png", None, b""), 400),
        (("GET", b"query=x&format=xml&format=xml", None, b""), 400),
        (("GET", b"&".join(b"default-graph-uri=x" for _ in range(65)) + b"&query=x", None, b""), 400),
        (("GET", b"a=b&" * 200, None, b""), 400),
        (("POST", b"", None, b"ASK {}"), 415),
        (("POST", b"", "text/plain", b"ASK {}"), 415),
        (("POST", b"", "multipart/form-data; boundary=x", b"--x"), 415),
        (("POST", b"", f"{QUERY}; charset=latin-1", b"ASK {}"), 415),
        (("POST", b"", "nonsense", b"ASK {}"), 415),
        (("POST", b"", UPDATE, b"CLEAR ALL"), 403),
        (("POST", b"", FORM, b"update=CLEAR+ALL"), 403),
        (("GET", b"update=CLEAR+ALL", None, b""), 403),
        (("GET", b"query=ASK%7B%7D&using-graph-uri=x", None, b""), 403),
        (("POST", b"update=x", QUERY, b"ASK {}"), 403),
    ],
)
def test_what_is_not_in_the_protocol_is_refused(arguments: tuple[object, ...], status: int) -> None:
    """Each has the status that says whose fault it is, and words."""
    refusal = _refusal(*arguments)
    assert refusal.status == status
    assert refusal.title
    assert refusal.detail


def test_a_method_that_is_refused_is_told_which_are_not() -> None:
    """A 405 has an Allow header."""
    assert _refusal("PATCH", b"", None, b"").headers == {"Allow": "GET, HEAD, POST, OPTIONS"}


@given(
    st.sampled_from(["GET", "POST", "HEAD"]),
    st.binary(max_size=200),
    st.sampled_from([None, FORM, QUERY, "x/y;z"]),
    st.binary(max_size=200),
)
def test_every_request_is_read_or_refused(
    method: str, parameters: bytes, content_type: str | None, body: bytes
) -> None:
    """No bytes make anything else happen."""
    try:
        found: Asked | Refusal = asked(method, parameters, content_type, body)
    except Refusal as refusal:
        found = refusal
    assert isinstance(found, Asked) or found.status in (400, 403, 415)


@pytest.mark.parametrize(
    ("form", "accept", "wanted"),
    [
        ("SELECT", None, "json"),
        ("SELECT", "text/csv", "csv"),
        ("SELECT", "text/tab-separated-values", "tsv"),
        ("SELECT", "application/xml", "xml"),
        ("SELECT", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("ASK", "*/*", "json"),
        ("ASK", "application/sparql-results+xml", "xml"),
        ("CONSTRUCT", "*/*", "ttl"),
        ("DESCRIBE", "application/rdf+xml", "rdf"),
        ("CONSTRUCT", "application/json", "jsonld"),
    ],
)
def test_the_format_follows_the_form(form: str, accept: str | None, wanted: str) -> None:
    """Rows and truths have other formats than graphs have."""
    assert format_for(form, "", accept) == wanted


def test_a_format_that_can_not_be_given_is_refused_with_those_that_can() -> None:
    """A 406 lists the types; a named format that does not fit the form is a fault of the request."""
    with pytest.raises(Refusal) as caught:
        format_for("SELECT", "", "text/turtle")
    assert caught.value.status == 406
    for offer in TABULAR.values():
        assert offer.media_type in caught.value.detail
    with pytest.raises(Refusal) as caught:
        format_for("ASK", "", "text/csv")
    assert caught.value.status == 406
    with pytest.raises(Refusal) as caught:
        format_for("ASK", "ttl", None)
    assert caught.value.status == 400
    assert format_for("SELECT", "csv", "image/png") == "csv"


def test_problems_are_told_in_json_and_in_text() -> None:
    """Programs get members, people get sentences, with the place in both."""
    refusal = Refusal(400, "wrong", "Mend it.", 3, 7)
    media_type, body = protocol.problem(refusal, "application/sparql-results+json")
    assert media_type == "application/problem+json"
    assert json.loads(body) == {"title": "wrong", "status": 400, "detail": "Mend it.", "line": 3, "column": 7}
    media_type, body = protocol.problem(refusal, "*/*")
    assert media_type == "text/plain; charset=utf-8"
    assert body == b"line 3, column 7: wrong\nMend it.\n"
    assert protocol.problem(Refusal(404, "none"), None)[1] == b"none\n"


@pytest.mark.parametrize(
    "path", ["id/x", "vocab/hasSymptom", "claim/wp-001-01", "graph/source/wp", "vocab/0.1.0", "id/a.b", "vocab/"]
)
def test_paths_of_things_are_known(path: str) -> None:
    """What has an IRI has an address, and so has the document about it, in every format."""
    assert paths.thing(path) == path
    for fmt in paths.DOCUMENTS:
        address = paths.address(path, fmt)
        assert paths.document(address.removeprefix("/doc/")) == (path, fmt)
    assert paths.document(paths.address(path).removeprefix("/doc/")) == (path, "")


@pytest.mark.parametrize(
    "path",
    [
        *("", "id", "id/", "other/x", "id/.", "id/..", "id/../x", "id/x/../y", "id//x", "id/x/", "id/x y", "id/x\n"),
        *("id/x\r\nY: z", "id/ä", "id/" + "x" * 300, "id/a/b/c", "/id/x", "id\\x", "id/x?y", "id/%2e"),
    ],
)
def test_other_paths_are_not(path: str) -> None:
    """Nothing that could leave a folder or a header is taken for a name."""
    assert paths.thing(path) is None


@given(st.text(max_size=60))
def test_addresses_that_are_taken_can_do_no_harm(path: str) -> None:
    """Whatever is taken for a path is plain ASCII, without a step upwards."""
    found = paths.document(path)
    if found is not None:
        assert found.path.isascii()
        assert found.path.isprintable()
        assert ".." not in found.path.split("/")
