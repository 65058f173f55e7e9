"""How often is there muscle pain, by document? Asks the full graph in SPARQL, with nothing but rdflib."""

import rdflib

graph = rdflib.Graph().parse("exports/jdm-kg.ttl")
QUESTION = """
SELECT ?document ?wording ?statement WHERE {
  ?claim vocab:predicate vocab:hasSymptom ; vocab:object id:muscle-pain ; vocab:frequencyWording ?wording ;
    vocab:statement ?statement ; vocab:restsOn/vocab:inSource ?document .
} ORDER BY ?document
"""
for row in graph.query(QUESTION):
    print(graph.qname(row.document), "|", row.wording, "|", row.statement)
