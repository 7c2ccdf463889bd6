import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useEffect, useRef } from 'react';
import { useClient } from 'urql';

interface OrderVars {
  orderId: string;
  after?: string | null;
  locale?: string | null;
}

/**
 * Follow one order from the last event that its page has shown, so that nothing falls between the two.
 * What comes goes into the cache, and from there into the page.
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
    const full = { ...JSON.parse(key), ...(start.current ? { after: start.current } : {}) } as OrderVars;
    const following = client.subscription(document, full).subscribe(() => {});
    return () => following.unsubscribe();
  }, [client, document, key, ready]);
}
