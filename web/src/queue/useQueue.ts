import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { usePageArguments } from '../components/pagination';
import type { Description, OrderId } from './description';

/** How many rows a page can have, the first unless chosen otherwise. */
export const SIZES = [25, 50, 100] as const;

/** The parameters of the URL that say where in a list somebody is, not what it lists. */
const PLACE = ['after', 'before', 'last', 'open'];

/** What a list shows, as its URL says without the place in it, whichever filter was chosen first. */
export function conditionsOf(params: URLSearchParams): string {
  const conditions = new URLSearchParams(params);
  for (const name of PLACE) conditions.delete(name);
  conditions.sort();
  return conditions.toString();
}

/** How many rows the URL asks for. */
export function sizeOf(params: URLSearchParams): number {
  return SIZES.find((size) => String(size) === params.get('size')) ?? SIZES[0];
}

/** The filter and the order that conditions stand for. Deadlines count from now. */
export function chosenBy<Row extends { id: string }, Filter extends object, Order extends OrderId>(
  description: Description<Row, Filter, Order>,
  conditions: string,
) {
  const params = new URLSearchParams(conditions);
  const { views = {} } = description;
  const view = views[params.get('view') ?? ''] ?? Object.values(views)[0];
  const parts = description.filters.flatMap(({ name, filter }) => {
    const value = params.get(name);
    return value ? [filter(value)] : [];
  });
  const text = params.get('search');
  const filter: Filter = Object.assign({}, view, ...parts, text ? description.search?.(text) : {});
  const orderBy =
    description.orders.find((order) => order === params.get('order')) ?? description.orderOf(params);
  return { filter, orderBy };
}

/** The arguments of the connection for the list in the URL. Deadlines count from when the conditions were chosen. */
export function useQueue<Row extends { id: string }, Filter extends object, Order extends OrderId>(
  description: Description<Row, Filter, Order>,
) {
  const [params] = useSearchParams();
  const page = usePageArguments(sizeOf(params));
  const conditions = conditionsOf(params);
  const chosen = useMemo(() => chosenBy(description, conditions), [description, conditions]);
  return { ...chosen, ...page };
}
