// One customer's session with the real server, by the client that the first argument names.
// Arguments: client, address, token, a cursor before everything, the input of requestReturn as JSON.
import { createHash } from 'node:crypto';
import WebSocket from 'ws';

const [name, url, token, after, input] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}` };
const VIEWER = 'query Viewer($first: Int!) { viewer { role } orders(first: $first) { totalCount nodes { number } } }';
const RETURN = `mutation Return($input: RequestReturnInput!) { requestReturn(input: $input) {
  userErrors { code } requests { status } } }`;
const FOLLOW = 'subscription Follow($after: Cursor) { requestUpdates(after: $after) { cursor to request { id } } }';
const WRONG = '{ orders { nodes { nummer } } }';
const asked = { first: 5 };
const given = { input: JSON.parse(input) };

const first = async (items) => {
  for await (const item of items) return item;
};

const clients = {
  async 'graphql-ws'() {
    const { createClient } = await import('graphql-ws');
    const client = createClient({ url: url.replace('http', 'ws'), connectionParams: headers, webSocketImpl: WebSocket, retryAttempts: 0 });
    const one = async (query, variables) => first(client.iterate({ query, variables }));
    const seen = {
      viewer: (await one(VIEWER, asked)).data,
      returned: (await one(RETURN, given)).data,
      followed: (await one(FOLLOW, { after })).data,
      wrong: (await one(WRONG).catch((errors) => ({ errors }))).errors[0].extensions.code,
    };
    await client.dispose();
    return seen;
  },

  async 'graphql-sse'() {
    const { createClient } = await import('graphql-sse');
    const client = createClient({ url, headers, retryAttempts: 0 });
    const one = async (query, variables) => first(client.iterate({ query, variables }));
    return {
      viewer: (await one(VIEWER, asked)).data,
      returned: (await one(RETURN, given)).data,
      followed: (await one(FOLLOW, { after })).data,
      wrong: (await one(WRONG)).errors[0].extensions.code,
    };
  },

  async apollo() {
    const { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } = await import('@apollo/client');
    const { PersistedQueryLink } = await import('@apollo/client/link/persisted-queries');
    const { GraphQLWsLink } = await import('@apollo/client/link/subscriptions');
    const { createClient } = await import('graphql-ws');
    const sha256 = (text) => createHash('sha256').update(text).digest('hex');
    const http = new PersistedQueryLink({ sha256, useGETForHashedQueries: true }).concat(new HttpLink({ uri: url, headers }));
    const socket = createClient({ url: url.replace('http', 'ws'), connectionParams: headers, webSocketImpl: WebSocket });
    const link = ApolloLink.split(({ operationType }) => operationType === 'subscription', new GraphQLWsLink(socket), http);
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    const query = () => client.query({ query: gql(VIEWER), variables: asked, fetchPolicy: 'network-only' });
    await query();
    const followed = new Promise((resolve, reject) =>
      client.subscribe({ query: gql(FOLLOW), variables: { after } }).subscribe({ next: resolve, error: reject }));
    const seen = {
      viewer: (await query()).data,
      returned: (await client.mutate({ mutation: gql(RETURN), variables: given })).data,
      followed: (await followed).data,
      wrong: await client.query({ query: gql(WRONG) })
        .catch((error) => (CombinedGraphQLErrors.is(error) ? error.errors[0].extensions.code : String(error))),
    };
    await socket.dispose();
    return seen;
  },

  async urql() {
    const { Client, fetchExchange, gql } = await import('@urql/core');
    const client = new Client({
      url, exchanges: [fetchExchange], fetchSubscriptions: true, preferGetMethod: false, fetchOptions: { headers },
    });
    const followed = () => new Promise((resolve) => {
      const { unsubscribe } = client.subscription(gql(FOLLOW), { after }).subscribe((result) => {
        resolve(result);
        queueMicrotask(() => unsubscribe());
      });
    });
    return {
      viewer: (await client.query(gql(VIEWER), asked).toPromise()).data,
      returned: (await client.mutation(gql(RETURN), given).toPromise()).data,
      followed: (await followed()).data,
      wrong: (await client.query(gql(WRONG), {}).toPromise()).error.graphQLErrors[0].extensions.code,
    };
  },
};

console.log(JSON.stringify(await clients[name](), (key, value) => (key === '__typename' ? undefined : value)));
process.exit(0);
