import type { AcceptedItemInput, Rest } from '../gql/graphql';

interface Items {
  items: readonly { quantity: number; orderItem: { id: string } }[];
}

/** What becomes of the units of a request that are not ticked, and what the customer reads about it. */
export interface RestChoice {
  rest: Rest;
  reason: string;
}

/** What is ticked of a request: the units by the id of their item. An item that is not ticked is absent. */
export type Ticked = Readonly<Record<string, number>>;

export const RELEASED: RestChoice = { rest: 'RELEASE', reason: '' };

export const everythingOf = ({ items }: Items): Ticked =>
  Object.fromEntries(items.map((item) => [item.orderItem.id, item.quantity]));

/** Whether units of the request are not ticked. */
export const leavesRest = (request: Items, ticked: Ticked): boolean =>
  request.items.some((item) => (ticked[item.orderItem.id] ?? 0) < item.quantity);

/** The ticked units, in the order of the items. */
export const tickedItems = ({ items }: Items, ticked: Ticked): AcceptedItemInput[] =>
  items.flatMap(({ orderItem: { id } }) => (ticked[id] ? [{ orderItemId: id, quantity: ticked[id] }] : []));

/** What the command says about the rest. Units that wait on need no reason. */
export const restInput = ({ rest, reason }: RestChoice) => ({
  rest,
  restReason: rest === 'RELEASE' ? reason.trim() || null : null,
});

/** A text that a preview does not show and that must not be empty: the amounts do not depend on it. */
export const ANY_TEXT = '…';
