import { createGraphiQLFetcher, type Fetcher, type FetcherParams } from '@graphiql/toolkit';
import { type DocumentNode, Kind, parse } from 'graphql';

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
  const { operationName, ...known } = read(params);
  return send({ ...params, operationName }, { ...options, ...known, headers: lowered });
};

interface Operation {
  documentAST?: DocumentNode;
  operationName: string | null;
}

/** What the text holds now. GraphiQL learns of a new text a moment later, and would run the former by its name. */
function read({ query, operationName }: FetcherParams): Operation {
  try {
    const documentAST = parse(query);
    const found = documentAST.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
    const only = found.length === 1 ? found[0]?.name?.value : operationName;
    return { documentAST, operationName: only ?? null };
  } catch {
    return { operationName: operationName ?? null }; // the server says what is wrong with it
  }
}
