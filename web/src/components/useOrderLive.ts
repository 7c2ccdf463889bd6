import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useEffect, useRef } from 'react';
import { useClient } from 'urql';

interface OrderVars {
  orderId: string;
  after?: string | null;
  locale?: string | null;
}

/**
 * Subscribes to one order, from the last event that its page shows, so that no event is missed.
 * The cache takes the updates, and the page shows them from there.
 */
export function useOrderLive(
  document: TypedDocumentNode<unknown, OrderVars>,
  variables: OrderVars,
  timeline: readonly { cursor: string }[] | undefined,
) {
  const client = useClient();
  const start = useRef<string | undefined>(undefined);
  start.current = timeline?.at(-1)?.cursor;
  const ready = timeline !== undefined;
  const key = JSON.stringify(variables);
  useEffect(() => {
    if (!ready) return;
    const withCursor = {
      ...JSON.parse(key),
      ...(start.current ? { after: start.current } : {}),
    } as OrderVars;
    const subscription = client.subscription(document, withCursor).subscribe(() => {});
    return () => subscription.unsubscribe();
  }, [client, document, key, ready]);
}
