import type { ApplyCancellationInput, OwnerOrderFieldsFragment, TransactionType } from '../gql/graphql';

type Order = OwnerOrderFieldsFragment;
type Item = Order['items'][number];
type Request = Order['requests'][number];

/** What the owner enters for an item without a request of the customer. */
export interface ItemInput {
  units: number;
  reason: string | null;
  note: string;
}

/** The waiting request of an item, if the owner can apply it. */
export function requestOf(order: Order, item: Item): Request | undefined {
  return order.requests.find(
    (request) =>
      request.status === 'WAITING' &&
      request.items.some((requestItem) => requestItem.orderItem.id === item.id) &&
      request.allowedActions.some((allowed) => allowed.action === 'APPLY_CANCELLATION' && allowed.enabled),
  );
}

/** Whether the owner can cancel or return an item. */
export function canSelect(order: Order, item: Item): boolean {
  return Boolean(requestOf(order, item)) || (item.eligibility?.quantity ?? 0) > 0;
}

/**
 * The commands for a selection: one for each waiting request of its items, and one that creates a request
 * on the customer's behalf for the items without a request.
 */
export function commandsFor(
  order: Order,
  selected: Record<string, ItemInput>,
  transaction: TransactionType,
): ApplyCancellationInput[] {
  const items = order.items.filter((item) => selected[item.id]);
  const requests = new Set(items.flatMap((item) => requestOf(order, item) ?? []));
  const applied = [...requests].map((request) => ({
    transaction,
    confirm: true,
    requestId: request.id,
    expectedVersion: request.version,
  }));
  const withoutRequest = items.filter((item) => !requestOf(order, item));
  const newItems = withoutRequest.map((item) => {
    const { units = 1, reason = null, note = '' } = selected[item.id] ?? {};
    return { orderItemId: item.id, quantity: units, reason: reason ?? '', note: note.trim() || null };
  });
  return [
    ...applied,
    ...(newItems.length ? [{ transaction, confirm: true, orderId: order.id, items: newItems }] : []),
  ];
}
