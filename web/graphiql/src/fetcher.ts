import { createGraphiQLFetcher, type Fetcher, type FetcherParams, isAsyncIterable } from '@graphiql/toolkit';
import { type DocumentNode, Kind, parse } from 'graphql';
import { noteRequests } from './madeRequests';
import { faultOf, fetchJson, withReadableEnd, withRemedy } from './readable';

const socket = new URL('/graphql', location.href);
socket.protocol = socket.protocol.replace('http', 'ws');

const send = createGraphiQLFetcher({
  url: '/graphql',
  subscriptionUrl: socket.href,
  enableIncrementalDelivery: false,
  fetch: fetchJson,
});

/**
 * HTTP for queries and mutations. graphql-ws for subscriptions, with the headers as connection parameters. A fault becomes
 * an answer that people can read.
 */
export function createFetcher(demo: boolean): Fetcher {
  return async (params, options) => {
    const headers = Object.entries((options?.headers ?? {}) as Record<string, string>);
    // header names are case-insensitive over HTTP, but not as connection parameters
    const lowered = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
    const { operationName, ...parsed } = parseOperation(params);
    try {
      const answer = await send({ ...params, operationName }, { ...options, ...parsed, headers: lowered });
      noteRequests(answer);
      return isAsyncIterable(answer) ? withReadableEnd(answer, demo) : withRemedy(answer, demo);
    } catch (error) {
      return faultOf(error, demo);
    }
  };
}

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
