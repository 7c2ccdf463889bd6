// The npm package graphql-ws at a server that closes its first connection with a code and serves the second. For each
// code of the command line: whether the client comes back by itself, and with which code it was closed.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [, , address, ...codes] = process.argv;

async function tried(code) {
  const closed = [];
  const client = createClient({
    url: `${address}/${code}`,
    webSocketImpl: WebSocket,
    retryAttempts: 3,
    retryWait: () => Promise.resolve(),
    on: { closed: (event) => closed.push(event.code) },
  });
  const outcome = await new Promise((resolve) => {
    client.subscribe(
      { query: '{ hello }' },
      { next: () => {}, error: () => resolve('gives up'), complete: () => resolve('comes back') },
    );
  });
  await client.dispose();
  return [code, [outcome, closed[0]]];
}

console.log(JSON.stringify(Object.fromEntries(await Promise.all(codes.map(tried)))));
process.exit(0);
