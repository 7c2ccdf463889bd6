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
import { makeClient } from './client';
import { type Light, Live } from './live';

const KEPT = 30; // changes
const SOON = 200; // ms

/** Something that happened while this page was open. */
export type Change =
  | { kind: 'request'; update: RequestFeedSubscription['requestUpdates'] }
  | { kind: 'plan'; update: PlanFeedSubscription['planUpdates'] };

interface LiveState {
  light: Light;
  /** Newest first. */
  changes: Change[];
  /** Goes up whenever lists and counts may have changed. */
  pulse: number;
}

const Context = createContext<LiveState>({ light: 'connecting', changes: [], pulse: 0 });

/** One client and one socket for whoever is signed in, and what the socket tells. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [{ client, live }] = useState(() => {
    const live = new Live();
    return { live, client: makeClient(live) };
  });
  useEffect(() => () => live.close(), [live]);
  return (
    <Provider value={client}>
      <Feed client={client} live={live}>
        {children}
      </Feed>
    </Provider>
  );
}

export const useLive = () => useContext(Context);

/** Run `refresh` soon after something changed elsewhere; many changes make few runs, but never none. */
export function useRefresh(refresh: () => void) {
  const { pulse } = useLive();
  const seen = useRef(pulse);
  const latest = useRef(refresh);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  latest.current = refresh;
  useEffect(() => {
    if (seen.current === pulse) return;
    seen.current = pulse;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, SOON);
  }, [pulse]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
}

function Feed({ client, live, children }: { client: Client; live: Live; children: ReactNode }) {
  const { language } = useI18n();
  const light = useSyncExternalStore(live.listen, () => live.light);
  const gaps = useSyncExternalStore(live.listen, () => live.gaps);
  const [changes, setChanges] = useState<Change[]>([]);
  const [heard, setHeard] = useState(0);

  useEffect(() => {
    const take = (change: Change) => {
      setChanges((known) => {
        if (known.some((one) => one.update.cursor === change.update.cursor)) return known;
        return [change, ...known].slice(0, KEPT);
      });
    };
    const following: { unsubscribe: () => void }[] = [];
    let left = false;
    startOf(client).then((after) => {
      if (left) return;
      const requests = client.subscription(RequestFeedDocument, { after, locale: language });
      const plans = client.subscription(PlanFeedDocument, { after });
      // tells of everything: new orders, parcels and refunds as well
      const orders = client.subscription(OrderFeedDocument, { after });
      following.push(
        requests.subscribe(({ data }) => data && take({ kind: 'request', update: data.requestUpdates })),
        plans.subscribe(({ data }) => data && take({ kind: 'plan', update: data.planUpdates })),
        orders.subscribe(({ data }) => data && setHeard((n) => n + 1)),
      );
    });
    return () => {
      left = true;
      for (const one of following) one.unsubscribe();
    };
  }, [client, language]);

  const pulse = heard + gaps;
  const value = useMemo(() => ({ light, changes, pulse }), [light, changes, pulse]);
  return <Context value={value}>{children}</Context>;
}

/** Where the journal stands, so that even a connection lost before the first item can resume. */
async function startOf(client: Client): Promise<string | null> {
  const { data } = await client.query(FeedStartDocument, {}, { requestPolicy: 'network-only' }).toPromise();
  return data?.latestCursor ?? null;
}
