import {
  Client,
  fetchExchange,
  makeOperation,
  mapExchange,
  type Operation,
  subscriptionExchange,
} from '@urql/core';
import { currentLanguage } from '../i18n/languages';
import { currentToken, expire } from '../session/token';
import { cache } from './cache';
import type { LiveConnection } from './LiveConnection';

/**
 * The client of one signed-in person: HTTP for queries and mutations, the WebSocket for subscriptions. When the connection
 * was lost and is there again, it asks again for all that is on the page: some of it may have failed meanwhile.
 */
export function createGraphQLClient(live: LiveConnection): Client {
  const asked = new Map<number, Operation>();
  const client = new Client({
    url: '/graphql',
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetchOptions: () => ({
      headers: { authorization: `Bearer ${currentToken()}`, 'accept-language': currentLanguage() },
    }),
    exchanges: [
      mapExchange({
        onOperation: (operation) => {
          if (operation.kind === 'query') asked.set(operation.key, operation);
          return makeOperation(operation.kind, operation, { ...operation.context, token: currentToken() });
        },
        onError: (error, operation) => {
          const refusal = error.graphQLErrors.find(({ extensions }) => extensions.code === 'UNAUTHENTICATED');
          // a late refusal must not end the session that has begun since
          if (refusal && operation.context.token === currentToken()) expire(refusal.message);
        },
      }),
      cache(),
      fetchExchange,
      subscriptionExchange({ forwardSubscription: live.forward }),
    ],
  });
  live.onReturn = () => {
    const queries = [...asked.values()];
    asked.clear(); // those that are still on the page come back
    for (const query of queries)
      client.reexecuteOperation(
        makeOperation('query', query, { ...query.context, requestPolicy: 'network-only' }),
      );
  };
  return client;
}
