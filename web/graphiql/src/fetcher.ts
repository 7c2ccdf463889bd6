import { createGraphiQLFetcher, type Fetcher, type FetcherParams } from '@graphiql/toolkit';
import { type DocumentNode, Kind, parse } from 'graphql';
import { noteRequests } from './madeRequests';

const socket = new URL('/graphql', location.href);
socket.protocol = socket.protocol.replace('http', 'ws');

const send = createGraphiQLFetcher({
  url: '/graphql',
  subscriptionUrl: socket.href,
  enableIncrementalDelivery: false,
});

/** HTTP for queries and mutations. graphql-ws for subscriptions, with the headers as connection parameters. */
export const fetcher: Fetcher = (params, options) => {
  const headers = Object.entries((options?.headers ?? {}) as Record<string, string>);
  // header names are case-insensitive over HTTP, but not as connection parameters
  const lowered = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
  const { operationName, ...parsed } = parseOperation(params);
  const answer = send({ ...params, operationName }, { ...options, ...parsed, headers: lowered });
  void Promise.resolve(answer).then(noteRequests, () => {}); // GraphiQL shows what went wrong
  return answer;
};

interface Operation {
  documentAST?: DocumentNode;
  operationName: string | null;
}

/** The operation in the current text. GraphiQL parses a new text with a delay, and would run the old name. */
function parseOperation({ query, operationName }: FetcherParams): Operation {
  try {
    const documentAST = parse(query);
    const operations = documentAST.definitions.filter(
      (definition) => definition.kind === Kind.OPERATION_DEFINITION,
    );
    const name = operations.length === 1 ? operations[0]?.name?.value : operationName;
    return { documentAST, operationName: name ?? null };
  } catch {
    return { operationName: operationName ?? null }; // the server reports the syntax error
  }
}
