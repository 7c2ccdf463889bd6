import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { type Client, Provider } from 'urql';
import {
  FeedStartDocument,
  OrderFeedDocument,
  PlanFeedDocument,
  type PlanFeedSubscription,
  RequestFeedDocument,
  type RequestFeedSubscription,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { createGraphQLClient } from './client';
import { type ConnectionState, LiveConnection } from './LiveConnection';

const MAX_CHANGES = 30; // changes
const REFRESH_DELAY = 200; // ms

/** A change that happened while this page was open. */
export type Change =
  | { kind: 'request'; update: RequestFeedSubscription['requestUpdates'] }
  | { kind: 'plan'; update: PlanFeedSubscription['planUpdates'] };

interface LiveState {
  connection: ConnectionState;
  /** Newest first. */
  changes: Change[];
  /** Increases whenever lists and counts may have changed. */
  revision: number;
}

const Context = createContext<LiveState>({ connection: 'connecting', changes: [], revision: 0 });

/** Provides the client and the live connection of the signed-in person, and the changes that arrive. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [{ client, live }] = useState(() => {
    const live = new LiveConnection();
    return { live, client: createGraphQLClient(live) };
  });
  useEffect(() => () => live.close(), [live]);
  return (
    <Provider value={client}>
      <LiveUpdates client={client} live={live}>
        {children}
      </LiveUpdates>
    </Provider>
  );
}

export const useLive = () => useContext(Context);

/** Runs `refresh` shortly after something changed elsewhere. Several changes at once lead to one run. */
export function useRefresh(refresh: () => void) {
  const { revision } = useLive();
  const handled = useRef(revision);
  const latest = useRef(refresh);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  latest.current = refresh;
  useEffect(() => {
    if (handled.current === revision) return;
    handled.current = revision;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, REFRESH_DELAY);
  }, [revision]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
}

function LiveUpdates({
  client,
  live,
  children,
}: {
  client: Client;
  live: LiveConnection;
  children: ReactNode;
}) {
  const { language } = useI18n();
  const connection = useSyncExternalStore(live.listen, () => live.state);
  const gaps = useSyncExternalStore(live.listen, () => live.gaps);
  const [changes, setChanges] = useState<Change[]>([]);
  const [orderEvents, setOrderEvents] = useState(0);

  useEffect(() => {
    const add = (change: Change) => {
      setChanges((earlier) => {
        if (earlier.some(({ update }) => update.cursor === change.update.cursor)) return earlier;
        return [change, ...earlier].slice(0, MAX_CHANGES);
      });
    };
    const subscriptions: { unsubscribe: () => void }[] = [];
    let unmounted = false;
    latestCursor(client).then((after) => {
      if (unmounted) return;
      const requests = client.subscription(RequestFeedDocument, { after, locale: language });
      const plans = client.subscription(PlanFeedDocument, { after });
      // reports every change of an order: new orders, packages and refunds as well
      const orders = client.subscription(OrderFeedDocument, { after });
      subscriptions.push(
        requests.subscribe(({ data }) => data && add({ kind: 'request', update: data.requestUpdates })),
        plans.subscribe(({ data }) => {
          if (!data) return;
          add({ kind: 'plan', update: data.planUpdates });
          // sellers receive no events of refunds, but of what these change about a plan
          setOrderEvents((count) => count + 1);
        }),
        orders.subscribe(({ data }) => data && setOrderEvents((count) => count + 1)),
      );
    });
    return () => {
      unmounted = true;
      for (const subscription of subscriptions) subscription.unsubscribe();
    };
  }, [client, language]);

  const revision = orderEvents + gaps;
  const value = useMemo(() => ({ connection, changes, revision }), [connection, changes, revision]);
  return <Context value={value}>{children}</Context>;
}

/** The cursor of the latest event: a connection that is lost before its first item can resume from it. */
async function latestCursor(client: Client): Promise<string | null> {
  const { data } = await client.query(FeedStartDocument, {}, { requestPolicy: 'network-only' }).toPromise();
  return data?.latestCursor ?? null;
}
