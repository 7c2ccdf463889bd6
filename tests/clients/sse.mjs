// graphql-sse in its distinct connections mode against the toy schema of the HTTP tests.
import { createClient } from 'graphql-sse';

const client = createClient({ url: process.argv[2], retryAttempts: 0 });
const first = async (query) => {
  for await (const result of client.iterate({ query })) return result;
};

const ticks = [];
const from = (await first('{ who }')).data.who;
await first('mutation { notify(count: 3) }');
for await (const result of client.iterate({ query: 'subscription { ticks(after: "c0") }' })) {
  ticks.push(result.data.ticks);
  if (ticks.length === 3) break;
}
const invalid = await first('subscription { tocks }');
console.log(JSON.stringify({ from, ticks, invalid }));
