/** What the token is renewed with, under its key of the session's storage; null if it cannot be renewed. */
export type Renewal = readonly [key: string, value: string] | null;

/** What the tabs of one browser say to each other. */
type Message =
  | { kind: 'who'; from: string }
  | { kind: 'answer'; to: string; token: string; demo: boolean; renewal: Renewal }
  | { kind: 'signedIn'; token: string; renewal: Renewal }
  | { kind: 'signedOut'; token: string };

interface Session {
  token: () => string | null;
  /** Whether the server has not refused the token. */
  holds: () => boolean;
  isDemo: () => boolean;
  renewal: () => Renewal;
  /** Begins the session of another tab in this one, which has just been opened. */
  adopt: (token: string, demo: boolean, renewal: Renewal) => void;
  /** Takes the newer token of the same person. */
  renew: (token: string, renewal: Renewal) => void;
  end: () => void;
}

const channel = new BroadcastChannel('retour.session');
let question: string | null = null;

const say = (message: Message) => channel.postMessage(message);

/** Shares the session of a person with the other tabs: a new tab asks for it, and one that ends it ends it in all. */
export function shareSession({ token, holds, isDemo, renewal, adopt, renew, end }: Session) {
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    const own = token();
    if (data.kind === 'who') {
      if (own && holds())
        say({ kind: 'answer', to: data.from, token: own, demo: isDemo(), renewal: renewal() });
    } else if (data.kind === 'answer') {
      if (!own && data.to === question) adopt(data.token, data.demo, data.renewal);
    } else if (own && isSamePerson(own, data.token)) {
      if (data.kind === 'signedIn') renew(data.token, data.renewal);
      else end();
    }
  };
}

/** Asks the other tabs for their session. */
export function askTabs() {
  question = String(Math.random());
  say({ kind: 'who', from: question });
}

export function tellSignedIn(token: string, renewal: Renewal) {
  question = null;
  say({ kind: 'signedIn', token, renewal });
}

export function tellSignedOut(token: string) {
  question = null;
  say({ kind: 'signedOut', token });
}

export const isSamePerson = (one: string, other: string) =>
  one === other || (personOf(one) !== null && personOf(one) === personOf(other));

/** The person whom a token is about, as far as the token says so by itself; a guest is whom links to one order let in. */
export function personOf(token: string): string | null {
  try {
    const payload = token.split('.')[1]?.replace(/-/g, '+').replace(/_/g, '/') ?? '';
    const { iss, sub, role, order } = JSON.parse(atob(payload)) as Record<string, unknown>;
    return JSON.stringify([iss, role, order ?? sub]);
  } catch {
    return null;
  }
}
