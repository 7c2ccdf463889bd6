// What an application does with the generated types. Everything here must compile under --strict.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { AnythingDocument, FollowDocument, OrdersDocument, ReturnDocument } from './types.js';
import type { ErrorCode, OrderLineFragment, RequestStatus } from './types.js';

declare function run<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data>;

export async function main(orderId: string): Promise<string[]> {
  const { orders } = await run(OrdersDocument, { first: 10 });
  const lines: OrderLineFragment[] = orders.nodes;
  const amounts: string[] = lines.map((line) => line.totals?.captured.amount ?? '');
  const { requestReturn } = await run(ReturnDocument, {
    input: { orderId, items: [{ orderItemId: 'item_1', quantity: 1, reason: 'changed-mind' }] },
  });
  const codes: ErrorCode[] = requestReturn.userErrors.map((error) => error.code);
  const { node } = await run(AnythingDocument, { id: orderId });
  const number: string | null = node?.__typename === 'CancellationRequest' ? node.number : null;
  const { requestUpdates } = await run(FollowDocument, { after: orders.pageInfo.endCursor ?? null });
  const status: RequestStatus = requestUpdates.request.status;
  return [...amounts, ...codes, number ?? '', status];
}
