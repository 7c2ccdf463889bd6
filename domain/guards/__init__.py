"""One predicate a rule. A guard's docstring is the sentence that a client reads when the rule does not hold.

There are two kinds. A guard of `facts` alone looks at the world and decides whether an action is offered. A guard of
`facts` and `input` looks at this command and decides whether it is accepted. Each subject has a page of them.
"""

from domain.guards import adjustments, decisions, items, labels, packages, plans, requests, returns, withdrawals
from domain.guards.adjustments import *  # noqa: F403 -- the tables name a guard, not its page
from domain.guards.base import Guard as Guard
from domain.guards.base import guard as guard
from domain.guards.decisions import *  # noqa: F403 -- as above
from domain.guards.items import *  # noqa: F403 -- as above
from domain.guards.labels import *  # noqa: F403 -- as above
from domain.guards.packages import *  # noqa: F403 -- as above
from domain.guards.plans import *  # noqa: F403 -- as above
from domain.guards.requests import *  # noqa: F403 -- as above
from domain.guards.returns import *  # noqa: F403 -- as above
from domain.guards.withdrawals import *  # noqa: F403 -- as above

GUARDS: dict[str, Guard] = {
    name: rule
    for page in (packages, items, requests, decisions, adjustments, plans, returns, labels, withdrawals)
    for name, rule in vars(page).items()
    if isinstance(rule, Guard)
}
"""Every guard by its name, in the order of the pages; each is a condition of at least one edge of the tables."""
