/** What the tabs of one browser say to each other. */
type Message =
  | { kind: 'who'; from: string }
  | { kind: 'answer'; to: string; token: string; demo: boolean }
  | { kind: 'signedIn'; token: string }
  | { kind: 'signedOut'; token: string };

interface Session {
  token: () => string | null;
  /** Whether the server has not refused the token. */
  holds: () => boolean;
  isDemo: () => boolean;
  /** Begins the session of another tab in this one, which has just been opened. */
  adopt: (token: string, demo: boolean) => void;
  /** Takes the newer token of the same person. */
  renew: (token: string) => void;
  end: () => void;
}

const channel = new BroadcastChannel('retour.session');
let question: string | null = null;

const say = (message: Message) => channel.postMessage(message);

/** Shares the session of a person with the other tabs: a new tab asks for it, and one that ends it ends it in all. */
export function shareSession({ token, holds, isDemo, adopt, renew, end }: Session) {
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    const own = token();
    if (data.kind === 'who') {
      if (own && holds()) say({ kind: 'answer', to: data.from, token: own, demo: isDemo() });
    } else if (data.kind === 'answer') {
      if (!own && data.to === question) adopt(data.token, data.demo);
    } else if (own && isSamePerson(own, data.token)) {
      if (data.kind === 'signedIn') renew(data.token);
      else end();
    }
  };
}

/** Asks the other tabs for their session. */
export function askTabs() {
  question = String(Math.random());
  say({ kind: 'who', from: question });
}

export function tellSignedIn(token: string) {
  question = null;
  say({ kind: 'signedIn', token });
}

export function tellSignedOut(token: string) {
  question = null;
  say({ kind: 'signedOut', token });
}

const isSamePerson = (one: string, other: string) =>
  one === other || (personOf(one) !== null && personOf(one) === personOf(other));

/** The person whom a token is about, as far as the token says so by itself; a guest is whom links to one order let in. */
function personOf(token: string): string | null {
  try {
    const payload = token.split('.')[1]?.replace(/-/g, '+').replace(/_/g, '/') ?? '';
    const { iss, sub, role, order } = JSON.parse(atob(payload)) as Record<string, unknown>;
    return JSON.stringify([iss, role, order ?? sub]);
  } catch {
    return null;
  }
}
