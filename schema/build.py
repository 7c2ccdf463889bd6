"""The whole schema, made of its parts."""

from functools import cache

import strawberry
from graphql import ObjectTypeDefinitionNode, parse
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

import schema.words  # noqa: F401 - makes enums of the domain's words
from engine import CompiledExecutor
from engine.execution.computed import row_value
from schema.administration import AdministrationQuery
from schema.desk import DeskQuery
from schema.exports import ExportMutation, ExportQuery
from schema.guests import GuestMutation
from schema.message_preferences import MessagePreferencesMutation, MessagePreferencesQuery
from schema.messages import MessageMutation, MessageQuery
from schema.mutation import Mutation
from schema.people import Customer, Seller
from schema.policies import PolicyMutation, PolicyQuery
from schema.privacy import PrivacyMutation, PrivacyQuery
from schema.query import Query
from schema.reasons import ReasonMutation, ReasonQuery
from schema.return_terms import TermsMutation, TermsQuery
from schema.returns import ReturnQuery
from schema.scalars import SCALARS
from schema.subscription import Subscription
from schema.terms_fields import TermsFieldQuery
from schema.views import ViewMutation, ViewQuery
from schema.webhooks import WebhookMutation, WebhookQuery
from schema.withdrawals import WithdrawalMutation, WithdrawalQuery

_ROOTS = ("Query", "Mutation", "Subscription")
PUBLIC = frozenset({
    *("reasons", "returnPolicy", "termsFields", "transitions"),
    *("requestOrderAccess", "redeemOrderAccess"),
})  # fmt: skip
"""The root fields that need no token."""


@cache
def build() -> strawberry.Schema:
    """The one schema of the server."""
    return strawberry.Schema(
        query=merge_types(
            "Query",
            (
                *(Query, ReturnQuery, WithdrawalQuery, ReasonQuery, PolicyQuery, TermsQuery, TermsFieldQuery),
                *(AdministrationQuery, MessageQuery, MessagePreferencesQuery, WebhookQuery, PrivacyQuery),
                *(DeskQuery, ViewQuery, ExportQuery),
            ),
        ),
        mutation=merge_types(
            "Mutation",
            (
                *(Mutation, WithdrawalMutation, ReasonMutation, PolicyMutation, TermsMutation),
                *(MessageMutation, MessagePreferencesMutation, GuestMutation, PrivacyMutation, WebhookMutation),
                *(ViewMutation, ExportMutation),
            ),
        ),
        subscription=Subscription,
        types=[Customer, Seller],
        config=StrawberryConfig(default_resolver=row_value, scalar_map=SCALARS),
        execution_context_class=CompiledExecutor,
    )


def root_fields() -> frozenset[str]:
    """The names of all root fields: of queries, mutations and subscriptions."""
    types = (node for node in parse(build().as_str(), no_location=True).definitions)
    roots = (node for node in types if isinstance(node, ObjectTypeDefinitionNode) and node.name.value in _ROOTS)
    return frozenset(field.name.value for root in roots for field in root.fields or ())
