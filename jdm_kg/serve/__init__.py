"""The graph over HTTP: a SPARQL 1.1 endpoint for queries, the things and their documents, the exports, the pages.

`server.run` runs it. The process that speaks HTTP holds no data and evaluates no query (see `workers`).
"""
