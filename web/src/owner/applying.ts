import type { ApplyCancellationInput, OwnerOrderPartsFragment, TransactionType } from '../gql/graphql';

type Order = OwnerOrderPartsFragment;
type Item = Order['items'][number];
type Request = Order['requests'][number];

/** What the owner says about an item that no customer has asked for. */
export interface Choice {
  units: number;
  reason: string | null;
  note: string;
}

/** The waiting request that an item is part of, if it can be decided by applying. */
export function requestOf(order: Order, item: Item): Request | undefined {
  return order.requests.find(
    (request) =>
      request.status === 'WAITING' &&
      request.items.some((one) => one.orderItem.id === item.id) &&
      request.allowedActions.some((one) => one.action === 'APPLY_CANCELLATION' && one.enabled),
  );
}

/** Whether there is anything to apply to an item. */
export function canSelect(order: Order, item: Item): boolean {
  return Boolean(requestOf(order, item)) || (item.eligibility?.quantity ?? 0) > 0;
}

/**
 * The commands that a selection means: one for each waiting request that it touches, and one that opens
 * a request on the customer's behalf for the items that nobody has asked for.
 */
export function commandsFor(
  order: Order,
  selected: Record<string, Choice>,
  transaction: TransactionType,
): ApplyCancellationInput[] {
  const items = order.items.filter((item) => selected[item.id]);
  const requests = new Set(items.flatMap((item) => requestOf(order, item) ?? []));
  const decided = [...requests].map((request) => ({
    transaction,
    confirm: true,
    requestId: request.id,
    expectedVersion: request.version,
  }));
  const fresh = items.filter((item) => !requestOf(order, item));
  const opened = fresh.map((item) => {
    const { units = 1, reason = null, note = '' } = selected[item.id] ?? {};
    return { orderItemId: item.id, quantity: units, reason: reason ?? '', note: note.trim() || null };
  });
  return [
    ...decided,
    ...(opened.length ? [{ transaction, confirm: true, orderId: order.id, items: opened }] : []),
  ];
}
