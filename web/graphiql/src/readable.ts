import { GraphQLError } from 'graphql';
import type { ExecutionResult } from 'graphql-ws';

const AWAY = 'The server cannot be reached at the moment. Run the operation again once it is back.';
const NEW_TOKEN = {
  demo: 'Reload the page: it gets new tokens for the people of the demo.',
  others: 'Put a new token into Headers.',
};
const REFUSED = /^Socket closed with event 4403 (Forbidden: )?/;

/** A fault as people read it, in the form of an answer; `demo` says whether this page gives out the tokens. */
export const faultOf = (error: unknown, demo: boolean): ExecutionResult => ({
  errors: [new GraphQLError(sentenceOf(error, demo))],
});

function sentenceOf(error: unknown, demo: boolean): string {
  if (error instanceof TypeError || error instanceof Event) return AWAY; // from fetch, or from the WebSocket
  const { message } = error instanceof Error ? error : new Error(JSON.stringify(error));
  if (REFUSED.test(message)) return `${message.replace(REFUSED, '')} ${newToken(demo)}`;
  return message.startsWith('Socket closed') ? AWAY : message;
}

/** An answer, with what to do if the server refuses the token. */
export function withRemedy<Answer>(answer: Answer, demo: boolean): Answer {
  const { errors } = (answer ?? {}) as ExecutionResult;
  if (!errors?.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')) return answer;
  const remedied = errors.map((error) => ({ ...error, message: `${error.message} ${newToken(demo)}` }));
  return { ...answer, errors: remedied };
}

const newToken = (demo: boolean) => (demo ? NEW_TOKEN.demo : NEW_TOKEN.others);

/** Like fetch, but an answer that is not JSON, which something in between gives, is an error with a sentence. */
export const fetchJson: typeof fetch = async (...request) => {
  const response = await fetch(...request);
  if (!response.headers.get('content-type')?.includes('json'))
    throw new Error(`The server could not do this (error ${response.status}). Try again in a moment.`);
  return response;
};

/** The same stream, whose fault is its last answer. */
export function withReadableEnd(stream: AsyncIterable<ExecutionResult>, demo: boolean) {
  const source = stream[Symbol.asyncIterator]();
  const readable: AsyncIterableIterator<ExecutionResult> = {
    next: () => source.next().catch((error) => ({ done: false, value: faultOf(error, demo) })),
    return: (value) => source.return?.(value) ?? Promise.resolve({ done: true, value }),
    [Symbol.asyncIterator]: () => readable,
  };
  return readable;
}
