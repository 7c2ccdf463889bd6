import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useState } from 'react';
import { type CombinedError, useMutation } from 'urql';
import type { UserErrorPartsFragment } from '../gql/graphql';
import type { Refused } from './States';

interface Payload {
  userErrors: readonly UserErrorPartsFragment[];
}

/** Send one command; what was refused stays until the next try. Resolves to whether it was carried out. */
export function useCommand<Data extends Record<string, Payload>, Vars extends { input: object }>(
  document: TypedDocumentNode<Data, Vars>,
) {
  const [{ fetching }, execute] = useMutation(document);
  const [refused, setRefused] = useState<Refused | null>(null);

  const send = async (variables: Vars): Promise<boolean> => {
    setRefused(null);
    const keyed = { ...variables, input: { idempotencyKey: newKey(), ...variables.input } };
    let { data, error } = await execute(keyed);
    // the answer was lost, not the command: the same key makes asking again safe
    if (error?.networkError) ({ data, error } = await execute(keyed));
    const errors = Object.values(data ?? {}).flatMap((payload) => payload.userErrors);
    const ok = !error && errors.length === 0;
    if (!ok) setRefused({ errors, fault: error as CombinedError | undefined });
    return ok;
  };
  return { send, busy: fetching, refused, forget: () => setRefused(null) };
}

/** Unlike crypto.randomUUID, this also works where the page came over plain HTTP. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
