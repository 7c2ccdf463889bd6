import { Client, fetchExchange, makeOperation, mapExchange, subscriptionExchange } from '@urql/core';
import { currentLanguage } from '../i18n/languages';
import { currentToken, expire } from '../session/token';
import { cache } from './cache';
import type { LiveConnection } from './LiveConnection';

/** The client of one signed-in person: HTTP for queries and mutations, the WebSocket for subscriptions. */
export function createGraphQLClient(live: LiveConnection): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetchOptions: () => ({
      headers: { authorization: `Bearer ${currentToken()}`, 'accept-language': currentLanguage() },
    }),
    exchanges: [
      mapExchange({
        onOperation: (operation) =>
          makeOperation(operation.kind, operation, { ...operation.context, token: currentToken() }),
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
}
