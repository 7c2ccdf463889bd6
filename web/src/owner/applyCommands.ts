import {
  ANY_TEXT,
  leavesRest,
  RELEASED,
  type RestChoice,
  restInput,
  tickedItems,
} from '../components/decision';
import { type ItemSelection, itemInput, newSelection } from '../components/itemSelection';
import { EVERY_BEARER } from '../components/useAdjustments';
import type { ApplyCancellationInput, OwnerOrderFieldsFragment, TransactionType } from '../gql/graphql';

type Order = OwnerOrderFieldsFragment;
type Item = Order['items'][number];
type Request = Order['requests'][number];

/**
 * What the owner has ticked and entered: by item, and by request what becomes of its rest. Of an item of a waiting
 * request only the units matter.
 */
export interface Selection {
  items: Record<string, ItemSelection>;
  rests: Record<string, RestChoice>;
  override: Override;
}

/** That units are canceled although their seller has shipped another part of the order, and why. */
export interface Override {
  on: boolean;
  note: string;
}

/** What can be added to the refund of a cancellation or kept from it: nothing for the state of goods. */
export const OF_CANCELLATIONS = {
  kinds: ['ALLOWANCE', 'SHIPPING', 'FEE', 'REVERSAL'],
  bearers: EVERY_BEARER,
} as const;

export const NO_OVERRIDE: Override = { on: false, note: '' };
export const NOTHING: Selection = { items: {}, rests: {}, override: NO_OVERRIDE };

/** The waiting request of an item, if the owner can apply it. */
export function requestOf(order: Order, item: Item): Request | undefined {
  return order.requests.find(
    (request) =>
      request.status === 'WAITING' &&
      request.items.some((requestItem) => requestItem.orderItem.id === item.id) &&
      request.allowedActions.some((allowed) => allowed.action === 'APPLY_CANCELLATION' && allowed.enabled),
  );
}

/** How many units of an item the owner can decide: those of its waiting request, or else those that are free. */
export function unitsOf(order: Order, item: Item): number {
  const line = requestOf(order, item)?.items.find(({ orderItem }) => orderItem.id === item.id);
  if (line) return line.quantity;
  return isOverridable(item) ? item.active : (item.eligibility?.quantity ?? 0);
}

/** Whether nothing but another part of the order, which its seller has shipped, keeps an item from being canceled. */
function isOverridable({ eligibility }: Item): boolean {
  const blockers = eligibility?.blockers ?? [];
  return blockers.length > 0 && blockers.every(({ code }) => code === 'SELLER_HAS_SHIPPED');
}

/** Whether the server carries out the decision on a waiting request only with an override. */
export const asksOverride = ({ allowedActions }: Pick<Request, 'allowedActions'>): boolean =>
  allowedActions.some(
    ({ action, requires }) => action === 'APPLY_CANCELLATION' && requires.includes('override'),
  );

/** Whether something that is ticked can only be canceled with an override. */
export const needsOverride = (order: Order, selection: Selection): boolean =>
  withoutRequest(order, selection).some(isOverridable) ||
  selectedRequests(order, selection).some(asksOverride);

/** What a command says about the override. */
export const overrideInput = ({ on, note }: Override) =>
  on ? { override: true, note: note.trim() || null } : {};

/** The waiting requests of the ticked items. */
export function selectedRequests(order: Order, selection: Selection): Request[] {
  const ticked = order.items.filter((item) => selection.items[item.id]);
  return [...new Set(ticked.flatMap((item) => requestOf(order, item) ?? []))];
}

/** The ticked items that belong to no waiting request. */
export const withoutRequest = (order: Order, selection: Selection): Item[] =>
  order.items.filter((item) => selection.items[item.id] && !requestOf(order, item));

/** The ticked units by item. */
export const tickedOf = (selection: Selection): Record<string, number> =>
  Object.fromEntries(Object.entries(selection.items).map(([id, { units }]) => [id, units]));

/**
 * The commands for a selection: one for each waiting request of its items, for exactly what is ticked of it, and
 * one that creates a request on the customer's behalf for the items without a request.
 */
export function commandsFor(
  order: Order,
  selection: Selection,
  transaction: TransactionType,
): ApplyCancellationInput[] {
  const ticked = tickedOf(selection);
  const decisions = selectedRequests(order, selection).map((request) => ({
    transaction,
    confirm: true,
    requestId: request.id,
    expectedVersion: request.version,
    ...(asksOverride(request) ? overrideInput(selection.override) : {}),
    ...(leavesRest(request, ticked)
      ? { accept: tickedItems(request, ticked), ...restInput(selection.rests[request.id] ?? RELEASED) }
      : {}),
  }));
  const free = withoutRequest(order, selection);
  if (free.length === 0) return decisions;
  const items = free.map((item) => itemInput(item.id, selection.items[item.id] ?? newSelection(item)));
  const override = free.some(isOverridable) ? overrideInput(selection.override) : {};
  return [...decisions, { transaction, confirm: true, orderId: order.id, items, ...override }];
}

/** The same commands before everything has been entered: the amounts do not depend on reasons and notes. */
export function commandsSoFar(
  order: Order,
  selection: Selection,
  transaction: TransactionType,
): ApplyCancellationInput[] {
  const items = Object.fromEntries(
    order.items.flatMap((item) => {
      const input = selection.items[item.id];
      if (!input) return [];
      const reasons = item.eligibility?.reasons ?? [];
      return [[item.id, { ...input, reason: input.reason ?? reasons[0]?.handle ?? null, note: ANY_TEXT }]];
    }),
  );
  const rests = Object.fromEntries(
    selectedRequests(order, selection).map(({ id }) => {
      const choice = selection.rests[id] ?? RELEASED;
      return [id, { ...choice, reason: ANY_TEXT }];
    }),
  );
  return commandsFor(order, { items, rests, override: { on: true, note: ANY_TEXT } }, transaction);
}
