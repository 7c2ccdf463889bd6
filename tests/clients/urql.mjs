// urql with subscriptions over fetch: it offers every media type it knows for queries, too.
import { Client, fetchExchange, gql } from '@urql/core';

const seen = [];
const client = new Client({
  url: process.argv[2],
  exchanges: [fetchExchange],
  fetchSubscriptions: true,
  preferGetMethod: false,
  fetch: async (url, options) => {
    const answer = await fetch(url, options);
    seen.push([options.headers.accept, answer.headers.get('content-type')]);
    return answer;
  },
});

const query = await client.query(gql`{ hello }`, {}).toPromise();
const mutation = await client.mutation(gql`mutation { notify(count: 3) }`, {}).toPromise();
const broken = await client.query(gql`{ broken }`, {}).toPromise();
const ticks = await new Promise((resolve) => {
  const got = [];
  client
    .subscription(gql`subscription { ticks(after: "c0") }`, {})
    .subscribe((result) => {
      got.push(result.data?.ticks ?? String(result.error));
      if (got.length === 3) resolve(got);
    });
});
console.log(
  JSON.stringify({
    query: query.data,
    mutated: mutation.data.notify > 0,
    broken: broken.error.graphQLErrors[0].extensions.code,
    ticks,
    seen,
  }),
);
process.exit(0);
