import { cacheExchange, type Data } from '@urql/exchange-graphcache';

const embedded = () => null;
const byCursor = (event: Data) => (event.cursor as string | undefined) ?? null;
const PARTS = [
  'Actor',
  'AllowedAction',
  'Blocker',
  'Eligibility',
  'Money',
  'OrderTotals',
  'OrderUpdate',
  'PageInfo',
  'PlanLine',
  'PlanUpdate',
  'Preview',
  'PreviewPlan',
  'RefundAttempt',
  'Rejection',
  'RequestItem',
  'RequestUpdate',
  'Tender',
  'Viewer',
];

/** One place for every object, by its id; parts of an object stay with it. */
export const cache = () =>
  cacheExchange({
    keys: {
      ...Object.fromEntries(PARTS.map((name) => [name, embedded])),
      Event: byCursor,
      ...Object.fromEntries(
        ['Order', 'CancellationRequest', 'CancellationPlan'].flatMap((name) => [
          [`${name}Connection`, embedded],
          [`${name}Edge`, embedded],
        ]),
      ),
    },
  });
