import applyCancellation from '../examples/apply-cancellation.graphql?raw';
import confirmReturn from '../examples/confirm-return.graphql?raw';
import myOrders from '../examples/my-orders.graphql?raw';
import orderDetails from '../examples/order-details.graphql?raw';
import requestCancellation from '../examples/request-cancellation.graphql?raw';
import requestReturn from '../examples/request-return.graphql?raw';
import requests from '../examples/requests.graphql?raw';
import watchPlans from '../examples/watch-plans.graphql?raw';
import watchRequests from '../examples/watch-requests.graphql?raw';
import { type Account, headersOf, type Role } from './accounts';
import { type ItemToReturn, readExampleData } from './exampleData';

export interface Tab {
  query: string;
  variables: string | null;
  headers: string | null;
}

/** A tab for each step of a cancellation and a return. With accounts, the tabs are ready to run. */
export async function exampleTabs(accounts: Account[]): Promise<Tab[]> {
  const data = await readExampleData(accounts);
  const tab = (role: Role, query: string, variables: object | null = null): Tab => ({
    query,
    variables: variables && JSON.stringify(variables, null, 2),
    headers: headersOf(accounts.find((account) => account.role === role)),
  });
  const cancellation = { requestId: data.requestForOwner, transaction: 'CANCEL', confirm: true };
  return [
    tab('CUSTOMER', myOrders),
    tab('CUSTOMER', orderDetails, { id: data.itemToCancel.orderId }),
    tab('CUSTOMER', requestCancellation, { input: requestInput(data.itemToCancel) }),
    tab('OWNER', requests),
    tab('OWNER', applyCancellation, { input: cancellation }),
    tab('OWNER', watchPlans),
    tab('CUSTOMER', requestReturn, { input: requestInput(data.itemToReturn) }),
    {
      ...tab('SELLER', confirmReturn, { input: { requestId: data.requestForSeller } }),
      headers: headersOf(data.seller),
    },
    tab('CUSTOMER', watchRequests),
  ];
}

function requestInput({ orderId, policyVersion, orderItemId, reason }: ItemToReturn): object {
  return { orderId, policyVersion, items: [{ orderItemId, quantity: 1, reason }] };
}
