"""What a viewer can do with a row now, by the tables that the command itself will ask.

The answers of the tables are cached by the few words that decide them: a page of a hundred rows asks about a handful
of worlds. Callers must not change what they are given.
"""

from resolvers.allowed_actions.orders import ItemRow as ItemRow
from resolvers.allowed_actions.orders import OrderRow as OrderRow
from resolvers.allowed_actions.orders import PackageRow as PackageRow
from resolvers.allowed_actions.orders import eligibility as eligibility
from resolvers.allowed_actions.orders import for_order as for_order
from resolvers.allowed_actions.orders import for_package as for_package
from resolvers.allowed_actions.requests import CIRCUMSTANCES as CIRCUMSTANCES
from resolvers.allowed_actions.requests import PlanRow as PlanRow
from resolvers.allowed_actions.requests import RefundRow as RefundRow
from resolvers.allowed_actions.requests import RequestRow as RequestRow
from resolvers.allowed_actions.requests import for_plan as for_plan
from resolvers.allowed_actions.requests import for_refund as for_refund
from resolvers.allowed_actions.requests import for_requests as for_requests
from resolvers.allowed_actions.returns import LabelRow as LabelRow
from resolvers.allowed_actions.returns import ReturnRow as ReturnRow
from resolvers.allowed_actions.returns import for_label as for_label
from resolvers.allowed_actions.returns import for_return as for_return
from resolvers.allowed_actions.withdrawals import WithdrawalRow as WithdrawalRow
from resolvers.allowed_actions.withdrawals import for_withdrawal as for_withdrawal
