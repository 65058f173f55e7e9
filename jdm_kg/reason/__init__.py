"""OWL reasoning: is the graph consistent, what follows from it, and does the schema stay inside OWL 2 DL.

HermiT answers the first question. What follows is derived by rules of OWL 2 RL, our own: of the libraries, owlrl
derives the same and takes half a minute for a graph of our size, where ours take a second; reasonable 0.4.4 knows no
property chains, and takes any two things that have some value of an inverse functional property for the same.

Every IRI of the project names one thing and no two name the same. Both rest on that: HermiT is told that the things
differ, so that a functional property with two values is a fault and not a discovery; and the rules derive no
`owl:sameAs`.
"""

from jdm_kg.reason.closure import close
from jdm_kg.reason.hermit import Consistency, check_consistency
from jdm_kg.reason.profile import profile_violations
from jdm_kg.reason.view import reasoner_input

__all__ = ["Consistency", "check_consistency", "close", "profile_violations", "reasoner_input"]
