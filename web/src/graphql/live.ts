import type { SubscriptionOperation } from '@urql/core';
import { createClient, type Client as Socket } from 'graphql-ws';
import { currentToken, signOut } from '../session/store';

export type Light = 'connecting' | 'live' | 'lost';

const PING_EVERY = 10_000; // ms
const PONG_WITHIN = 5_000; // ms
const LONGEST_WAIT = 8_000; // ms
const FORBIDDEN = 4403;

interface Sink {
  next: (result: { data?: Record<string, unknown> | null }) => void;
  error: (error: unknown) => void;
  complete: () => void;
}
interface Payload {
  query: string;
  variables: Record<string, unknown>;
}

/**
 * The socket of one signed-in person. Each subscription remembers the cursor of the last item it was handed,
 * so that after a lost connection it goes on from there: no gap, and nothing twice.
 */
export class Live {
  light: Light = 'connecting';
  /** Goes up when items may have been missed: before the first connection, or for want of a cursor. */
  gaps = 0;
  private readonly socket: Socket;
  private readonly listeners = new Set<() => void>();
  private readonly following = new Set<Payload>();
  private wake: () => void = () => {};
  private sentToken: string | null = null;
  private pongDue: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.socket = createClient({
      url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
      connectionParams: () => {
        this.sentToken = currentToken();
        return { authorization: `Bearer ${this.sentToken}` };
      },
      keepAlive: PING_EVERY,
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: (retries) => this.pause(retries),
      shouldRetry: (event) => this.mayComeBack(event),
      on: {
        connected: (_socket, _payload, wasRetry) => this.connected(wasRetry),
        closed: () => this.show('lost'),
        error: () => this.show('lost'),
        ping: (received) => received || this.expectPong(),
        pong: (received) => received && clearTimeout(this.pongDue),
      },
    });
    addEventListener('offline', this.goneOffline);
    addEventListener('online', this.backOnline);
  }

  readonly listen = (listener: () => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  /** For urql's subscriptionExchange. */
  readonly forward = (operation: SubscriptionOperation) => ({
    subscribe: (sink: Sink) => ({ unsubscribe: this.follow(operation, sink) }),
  });

  close() {
    removeEventListener('offline', this.goneOffline);
    removeEventListener('online', this.backOnline);
    clearTimeout(this.pongDue);
    this.listeners.clear();
    void this.socket.dispose();
  }

  private follow(operation: SubscriptionOperation, sink: Sink): () => void {
    // graphql-ws sends this very object again when it reconnects, with whatever cursor stands in it by then
    const payload: Payload = { query: operation.query ?? '', variables: { ...operation.variables } };
    let stop = () => {};
    const start = () => {
      stop = this.socket.subscribe<Record<string, unknown>>(payload, {
        next: (result) => {
          for (const item of Object.values(result.data ?? {})) {
            payload.variables.after = (item as { cursor: string }).cursor;
          }
          sink.next(result as Parameters<Sink['next']>[0]);
        },
        error: (error) => {
          if (!isExpiredCursor(error) || payload.variables.after == null) return sink.error(error);
          delete payload.variables.after;
          start();
          this.missed();
        },
        complete: () => sink.complete(),
      });
    };
    start();
    this.following.add(payload);
    return () => {
      this.following.delete(payload);
      stop();
    };
  }

  private connected(wasRetry: boolean) {
    this.show('live');
    const resumed = [...this.following].every(({ variables }) => variables.after != null);
    if (!wasRetry || !resumed) this.missed();
  }

  private missed() {
    this.gaps += 1;
    this.tell();
  }

  private expectPong() {
    clearTimeout(this.pongDue);
    this.pongDue = setTimeout(() => this.socket.terminate(), PONG_WITHIN);
  }

  private pause(retries: number): Promise<void> {
    const wait = Math.min(LONGEST_WAIT, 250 * 2 ** retries) * (0.5 + Math.random() / 2);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** A refused token ends the session, unless it has been renewed meanwhile. */
  private mayComeBack(event: unknown): boolean {
    if (!(event instanceof CloseEvent) || event.code !== FORBIDDEN) return true;
    if (currentToken() !== this.sentToken) return true;
    signOut(event.reason.replace(/^Forbidden: /, ''));
    return false;
  }

  private readonly goneOffline = () => {
    this.show('lost');
    this.socket.terminate();
  };

  private readonly backOnline = () => this.wake();

  private show(light: Light) {
    if (light === this.light) return;
    this.light = light;
    this.tell();
  }

  private tell() {
    for (const listener of this.listeners) listener();
  }
}

function isExpiredCursor(error: unknown): boolean {
  const codes = ['CURSOR_EXPIRED', 'CURSOR_MALFORMED'];
  return (
    Array.isArray(error) &&
    error.some((one: { extensions?: { code?: string } }) => codes.includes(one.extensions?.code ?? ''))
  );
}
