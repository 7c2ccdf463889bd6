import findItems from '../examples/find-items.graphql?raw';
import findRequest from '../examples/find-request.graphql?raw';
import { type Account, type Role, sellerAccount } from './accounts';

/** An item that a customer can cancel or return, with a reason for it. */
export interface ItemToReturn {
  orderId: string;
  orderItemId: string;
  /** The handle of its seller, who confirms its return. */
  seller: string;
  reason: string;
  policyVersion: string;
}

/** The ids in the variables of the examples. An id that was not found is empty; the server explains it. */
export interface ExampleData {
  itemToCancel: ItemToReturn;
  itemToReturn: ItemToReturn;
  requestForOwner: string;
  requestForSeller: string;
  /** The seller of the item to return. */
  seller: Account | undefined;
}

type Transaction = 'CANCEL' | 'REFUND';

interface Eligibility {
  transaction: Transaction;
  quantity: number;
  reasons: { handle: string; needsNote: boolean }[];
}

interface FindItems {
  orders: {
    nodes: {
      id: string;
      requests: unknown[];
      items: { id: string; seller: { handle: string }; eligibility: Eligibility | null }[];
    }[];
  };
  returnPolicy: { version: string };
}

interface FindRequest {
  requests: { nodes: { id: string }[] };
}

export async function readExampleData(accounts: Account[]): Promise<ExampleData> {
  const accountOf = (role: Role) => accounts.find((account) => account.role === role);
  const [items, forOwner] = await Promise.all([
    runQuery<FindItems>(accountOf('CUSTOMER'), findItems),
    runQuery<FindRequest>(accountOf('OWNER'), findRequest, { waitingOn: 'OWNER', transaction: 'CANCEL' }),
  ]);
  const itemToReturn = findItem(items, 'REFUND');
  const seller = await sellerAccount(accounts, itemToReturn.seller);
  const forSeller = await runQuery<FindRequest>(seller, findRequest, {
    waitingOn: 'SELLER',
    transaction: 'REFUND',
  });
  return {
    itemToCancel: findItem(items, 'CANCEL'),
    itemToReturn,
    seller,
    requestForOwner: forOwner?.requests.nodes[0]?.id ?? '',
    requestForSeller: forSeller?.requests.nodes[0]?.id ?? '',
  };
}

/** An item for this type of request, from the newest order that has one: if possible, of those without requests. */
function findItem(found: FindItems | null, transaction: Transaction): ItemToReturn {
  const policyVersion = found?.returnPolicy.version ?? '';
  const orders = found?.orders.nodes ?? [];
  const untouched = orders.filter(({ requests }) => requests.length === 0);
  for (const order of [...untouched, ...orders]) {
    for (const { id, seller, eligibility } of order.items) {
      const reason = eligibility?.reasons.find(({ needsNote }) => !needsNote);
      if (eligibility?.transaction === transaction && eligibility.quantity > 0 && reason) {
        return {
          orderId: order.id,
          orderItemId: id,
          seller: seller.handle,
          reason: reason.handle,
          policyVersion,
        };
      }
    }
  }
  return { orderId: '', orderItemId: '', seller: '', reason: '', policyVersion };
}

/** The data of a query; null without an account or data: GraphiQL then opens with incomplete examples. */
async function runQuery<T>(
  account: Account | undefined,
  query: string,
  variables: object = {},
): Promise<T | null> {
  if (!account) return null;
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${account.token}` },
    body: JSON.stringify({ query, variables }),
  });
  return ((await response.json()) as { data?: T | null }).data ?? null;
}
