// Apollo Client 4 with automatic persisted queries: a hash by GET first, the text only if it is not known.
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { createHash } from 'node:crypto';

const sent = [];
const http = new HttpLink({
  uri: process.argv[2],
  fetch: async (url, options) => {
    const answer = await fetch(url, options);
    const request = options.method === 'GET' ? decodeURIComponent(url) : options.body;
    sent.push([options.method, /[{?&"]query["=]/.test(request), answer.status]);
    return answer;
  },
});
const persisted = new PersistedQueryLink({
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  useGETForHashedQueries: true,
});
const client = new ApolloClient({ link: persisted.concat(http), cache: new InMemoryCache() });
const query = gql`query Hello($name: String!) { hello(name: $name) }`;
const variables = { name: process.argv[3] };

const first = await client.query({ query, variables, fetchPolicy: 'no-cache' });
const again = await client.query({ query, variables, fetchPolicy: 'no-cache' });
const mutation = await client.mutate({ mutation: gql`mutation { notify }` });
const invalid = await client
  .query({ query: gql`{ colour(colour: BLUE) }`, fetchPolicy: 'no-cache' })
  .catch((error) => (CombinedGraphQLErrors.is(error) ? error.errors[0].extensions.code : String(error)));
console.log(
  JSON.stringify({ first: first.data, again: again.data, mutated: mutation.data.notify > 0, invalid, sent }),
);
