import { Client, fetchExchange } from '@urql/core';

/** For visitors who are not signed in: needs no token, and keeps nothing. */
export const anonymous = new Client({ url: '/graphql', preferGetMethod: false, exchanges: [fetchExchange] });
