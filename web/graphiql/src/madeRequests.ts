type Transaction = 'CANCEL' | 'REFUND';

/** The request that was made last and is not yet in the variables of the step that decides on it. */
const made: Partial<Record<Transaction, string>> = {};

const DECIDED_BY: [RegExp, Transaction][] = [
  [/\bmutation ApplyCancellation\b/, 'CANCEL'],
  [/\bmutation ConfirmReturn\b/, 'REFUND'],
];

interface Payload {
  requests?: { id?: string; transaction?: Transaction }[];
}

/** Remembers the requests that an answer says were made. */
export function noteRequests(answer: unknown) {
  const { data } = (answer ?? {}) as { data?: Record<string, Payload | null> | null };
  for (const payload of Object.values(data ?? {})) {
    if (!Array.isArray(payload?.requests)) continue;
    for (const { id, transaction } of payload.requests) if (id && transaction) made[transaction] = id;
  }
}

/** The variables of a step that decides, with the request just made; null if nothing changes. Each request is filled in once. */
export function withMadeRequest(query: string, variables: string): string | null {
  const transaction = DECIDED_BY.find(([step]) => step.test(query))?.[1];
  const requestId = transaction && made[transaction];
  if (!requestId) return null;
  delete made[transaction];
  try {
    const { input, ...others } = JSON.parse(variables);
    return JSON.stringify({ ...others, input: { ...input, requestId } }, null, 2);
  } catch {
    return null; // somebody is writing there
  }
}
