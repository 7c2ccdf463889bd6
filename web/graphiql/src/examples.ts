import apply from '../examples/apply.graphql?raw';
import askToCancel from '../examples/ask-to-cancel.graphql?raw';
import askToReturn from '../examples/ask-to-return.graphql?raw';
import confirm from '../examples/confirm.graphql?raw';
import myOrders from '../examples/my-orders.graphql?raw';
import orderDetails from '../examples/order-details.graphql?raw';
import requests from '../examples/requests.graphql?raw';
import watchPlans from '../examples/watch-plans.graphql?raw';
import watchRequests from '../examples/watch-requests.graphql?raw';
import { type Ask, findFacts } from './facts';
import { headersOf, type Role, type Seat } from './seats';

export interface Tab {
  query: string;
  variables: string | null;
  headers: string | null;
}

/** The seed's steps, a tab each, in the order in which they are taken; with seats, filled in and ready to run. */
export async function exampleTabs(seats: Seat[]): Promise<Tab[]> {
  const facts = await findFacts(seats);
  const tab = (role: Role, query: string, variables: object | null = null): Tab => ({
    query,
    variables: variables && JSON.stringify(variables, null, 2),
    headers: headersOf(seats.find((one) => one.role === role)),
  });
  return [
    tab('CUSTOMER', myOrders),
    tab('CUSTOMER', orderDetails, { id: facts.cancel.orderId }),
    tab('CUSTOMER', askToCancel, { input: asking(facts.cancel) }),
    tab('OWNER', requests),
    tab('OWNER', apply, { input: { requestId: facts.waitsForOwner, transaction: 'CANCEL', confirm: true } }),
    tab('OWNER', watchPlans),
    tab('CUSTOMER', askToReturn, { input: asking(facts.giveBack) }),
    tab('SELLER', confirm, { input: { requestId: facts.waitsForSeller } }),
    tab('CUSTOMER', watchRequests),
  ];
}

function asking({ orderId, policyVersion, orderItemId, reason }: Ask): object {
  return { orderId, policyVersion, items: [{ orderItemId, quantity: 1, reason }] };
}
