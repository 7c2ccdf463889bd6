import { Client, fetchExchange, mapExchange, subscriptionExchange } from '@urql/core';
import { currentLanguage } from '../i18n/I18n';
import { currentGeneration, currentToken, signOut } from '../session/token';
import { cache } from './cache';
import type { LiveConnection } from './LiveConnection';

/** The client of one signed-in person: HTTP for queries and mutations, the WebSocket for subscriptions. */
export function createGraphQLClient(live: LiveConnection): Client {
  const generation = currentGeneration();
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetchOptions: () => ({
      headers: { authorization: `Bearer ${currentToken()}`, 'accept-language': currentLanguage() },
    }),
    exchanges: [
      mapExchange({
        onError: (error) => {
          const refusal = error.graphQLErrors.find(({ extensions }) => extensions.code === 'UNAUTHENTICATED');
          // a late refusal must not sign out the next person
          if (refusal && currentGeneration() === generation) signOut(refusal.message);
        },
      }),
      cache(),
      fetchExchange,
      subscriptionExchange({ forwardSubscription: live.forward }),
    ],
  });
}
