import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useState } from 'react';
import { type CombinedError, useMutation } from 'urql';
import type { UserErrorFieldsFragment } from '../gql/graphql';
import type { CommandFailure } from './feedback';

export interface Payload {
  userErrors: readonly UserErrorFieldsFragment[];
}

/** Sends a command. `send` resolves to its answer, or to null if it failed; the failure is kept until the next `send`. */
export function useCommand<Data extends Record<string, Payload>, Vars extends { input: object }>(
  document: TypedDocumentNode<Data, Vars>,
) {
  const [{ fetching }, execute] = useMutation(document);
  const [failure, setFailure] = useState<CommandFailure | null>(null);

  const send = async (variables: Vars): Promise<Data | null> => {
    setFailure(null);
    const withKey = { ...variables, input: { idempotencyKey: newIdempotencyKey(), ...variables.input } };
    let { data, error } = await execute(withKey);
    // the command may have arrived although the answer was lost: the same key makes it safe to send it again
    if (error?.networkError) ({ data, error } = await execute(withKey));
    const errors = Object.values(data ?? {}).flatMap((payload) => payload.userErrors);
    const ok = !error && errors.length === 0;
    if (!ok) setFailure({ errors, error: error as CombinedError | undefined });
    return ok && data ? data : null;
  };
  return { send, busy: fetching, failure, clearFailure: () => setFailure(null) };
}

/** Unlike crypto.randomUUID, this also works for a page served over plain HTTP. */
function newIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
