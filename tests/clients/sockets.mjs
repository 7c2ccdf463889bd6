// The npm package graphql-ws, used as docs/live-updates.md says. It is told on the command line, as JSON, what to do,
// says on stderr how many items it has, and at the end writes them with every close code to stdout.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const { url, tokens, after, wanted, copies, fields, root = 'requestUpdates', cursor = 'Cursor' } = JSON.parse(
  process.argv[2],
);
const query = `subscription Feed($after: ${cursor}) { ${root}(after: $after) { cursor ${fields} } }`;
const closed = [];
const got = [];

const client = createClient({
  url,
  webSocketImpl: WebSocket,
  // asked anew for every connection, so that an expired token is replaced
  connectionParams: () => ({ authorization: `Bearer ${tokens.length > 1 ? tokens.shift() : tokens[0]}` }),
  retryAttempts: 100,
  retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)),
  shouldRetry: (event) => event.code !== 4403 || tokens[0] !== 'wrong',
  on: { closed: (event) => closed.push(event.code) },
});

function follow(take) {
  // sent again as it is then whenever the client has reconnected: this is what resumes
  const variables = { after };
  return new Promise((resolve, reject) => {
    const next = (result) => {
      const update = result.data[root];
      variables.after = update.cursor;
      take(update);
    };
    client.subscribe({ query, variables }, { next, error: reject, complete: resolve });
  });
}

const followed = new Promise((resolve, reject) => {
  follow((update) => {
    got.push(update.cursor);
    process.stderr.write(`${got.length}\n`);
    if (got.length === wanted) resolve(null);
  }).catch(reject);
});
for (let copy = 1; copy < copies; copy++) follow(() => {}).catch(() => {});

const failure = await followed.catch((error) => error.code ?? JSON.stringify(error));
await client.dispose();
console.log(JSON.stringify({ got, closed, failure }));
process.exit(0);
