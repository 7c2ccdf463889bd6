// What a Relay application asks: pagination, refetching by node(id:), a mutation that updates the store, a subscription.
declare function graphql(text: TemplateStringsArray): unknown;

export const screen = graphql`
  query OrdersScreenQuery($first: Int!) {
    ...Orders_list @arguments(first: $first)
  }
`;

export const list = graphql`
  fragment Orders_list on Query
  @refetchable(queryName: "OrdersListPaginationQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" }) {
    orders(first: $first, after: $after) @connection(key: "Orders_orders") {
      edges { node { id ...Orders_order } }
    }
  }
`;

export const order = graphql`
  fragment Orders_order on Order @refetchable(queryName: "OrdersOrderRefetchQuery") {
    number
    status
    requests { id status }
    allowedActions { action enabled }
  }
`;

export const withdraw = graphql`
  mutation OrdersWithdrawMutation($input: WithdrawRequestInput!) {
    withdrawRequest(input: $input) { userErrors { message } request { id status version } }
  }
`;

export const follow = graphql`
  subscription OrdersFollowSubscription($after: Cursor) {
    requestUpdates(after: $after) { cursor request { id status } }
  }
`;
