import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';

const socket = new URL('/graphql', location.href);
socket.protocol = socket.protocol.replace('http', 'ws');

const send = createGraphiQLFetcher({
  url: '/graphql',
  subscriptionUrl: socket.href,
  enableIncrementalDelivery: false,
});

/** HTTP for queries and mutations, graphql-ws for subscriptions, with the headers as its connection parameters. */
export const fetcher: Fetcher = (params, options) => {
  const headers = Object.entries((options?.headers ?? {}) as Record<string, string>);
  // HTTP does not care how a header's name is written, a parameter of the socket does
  const lowered = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
  return send(params, { ...options, headers: lowered });
};
