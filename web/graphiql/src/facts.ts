import untouched from '../examples/untouched.graphql?raw';
import waiting from '../examples/waiting.graphql?raw';
import type { Role, Seat } from './seats';

/** What a customer could ask for: one unit of one item. */
export interface Ask {
  orderId: string;
  orderItemId: string;
  reason: string;
  policyVersion: string;
}

/** What the examples are about; where nothing fits, the empty text, which the server explains. */
export interface Facts {
  cancel: Ask;
  giveBack: Ask;
  waitsForOwner: string;
  waitsForSeller: string;
}

type Transaction = 'CANCEL' | 'REFUND';

interface Eligibility {
  transaction: Transaction;
  quantity: number;
  reasons: { handle: string; needsNote: boolean }[];
}

interface Untouched {
  orders: {
    nodes: { id: string; requests: unknown[]; items: { id: string; eligibility: Eligibility | null }[] }[];
  };
  returnPolicy: { version: string };
}

interface Waiting {
  requests: { nodes: { id: string }[] };
}

export async function findFacts(seats: Seat[]): Promise<Facts> {
  const as = (role: Role) => seats.find((one) => one.role === role);
  const [mine, forOwner, forSeller] = await Promise.all([
    ask<Untouched>(as('CUSTOMER'), untouched),
    ask<Waiting>(as('OWNER'), waiting, { on: 'OWNER', transaction: 'CANCEL' }),
    ask<Waiting>(as('SELLER'), waiting, { on: 'SELLER', transaction: 'REFUND' }),
  ]);
  return {
    cancel: askable(mine, 'CANCEL'),
    giveBack: askable(mine, 'REFUND'),
    waitsForOwner: forOwner?.requests.nodes[0]?.id ?? '',
    waitsForSeller: forSeller?.requests.nodes[0]?.id ?? '',
  };
}

/** The newest order of which nobody has wanted anything back, with an item that can go this way. */
function askable(mine: Untouched | null, transaction: Transaction): Ask {
  for (const order of mine?.orders.nodes ?? []) {
    if (order.requests.length > 0) continue;
    for (const { id, eligibility } of order.items) {
      const reason = eligibility?.reasons.find((one) => !one.needsNote);
      if (eligibility?.transaction === transaction && eligibility.quantity > 0 && reason) {
        const policyVersion = mine?.returnPolicy.version ?? '';
        return { orderId: order.id, orderItemId: id, reason: reason.handle, policyVersion };
      }
    }
  }
  return { orderId: '', orderItemId: '', reason: '', policyVersion: mine?.returnPolicy.version ?? '' };
}

/** The data of an operation, null without a seat or an answer: examples with gaps are better than no GraphiQL. */
async function ask<T>(seat: Seat | undefined, query: string, variables: object = {}): Promise<T | null> {
  if (!seat) return null;
  const answer = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${seat.token}` },
    body: JSON.stringify({ query, variables }),
  });
  return ((await answer.json()) as { data?: T | null }).data ?? null;
}
