import { Client, fetchExchange, mapExchange, subscriptionExchange } from '@urql/core';
import { currentGeneration, currentToken, signOut } from '../session/store';
import { cache } from './cache';
import type { Live } from './live';

/** The client of one signed-in person: queries and mutations over HTTP, subscriptions over the live socket. */
export function makeClient(live: Live): Client {
  const mine = currentGeneration();
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetchOptions: () => ({ headers: { authorization: `Bearer ${currentToken()}` } }),
    exchanges: [
      mapExchange({
        onError: (error) => {
          const refused = error.graphQLErrors.find((one) => one.extensions.code === 'UNAUTHENTICATED');
          // of two refusals the second may come when the next person is about to sign in, or has
          if (refused && currentGeneration() === mine) signOut(refused.message);
        },
      }),
      cache(),
      fetchExchange,
      subscriptionExchange({ forwardSubscription: live.forward }),
    ],
  });
}
