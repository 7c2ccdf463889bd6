import type { SubscriptionOperation } from '@urql/core';
import { createClient, type Client as Socket } from 'graphql-ws';
import { currentToken, expire, renewed } from '../session/token';

export type ConnectionState = 'connecting' | 'live' | 'lost';

const PING_INTERVAL = 10_000; // ms
const PONG_TIMEOUT = 5_000; // ms
const MAX_RETRY_DELAY = 8_000; // ms
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
 * The WebSocket of one signed-in person. Each subscription remembers the cursor of its last item. After a
 * lost connection it resumes from there: it misses nothing and shows nothing twice.
 */
export class LiveConnection {
  state: ConnectionState = 'connecting';
  /** Increases when items may have been missed: before the first connection, or without a cursor. */
  gaps = 0;
  /** Called once the connection is there again. */
  onReturn = () => {};
  private readonly socket: Socket;
  private readonly listeners = new Set<() => void>();
  private readonly active = new Set<Payload>();
  private endRetryDelay: () => void = () => {};
  private sentToken: string | null = null;
  private pongTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.socket = createClient({
      url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
      connectionParams: () => {
        this.sentToken = currentToken();
        return { authorization: `Bearer ${this.sentToken}` };
      },
      keepAlive: PING_INTERVAL,
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: (retries) => this.retryDelay(retries),
      shouldRetry: (event) => this.shouldReconnect(event),
      on: {
        connected: (_socket, _payload, wasRetry) => this.connected(wasRetry),
        closed: () => this.setState('lost'),
        error: () => this.setState('lost'),
        ping: (received) => received || this.expectPong(),
        pong: (received) => received && clearTimeout(this.pongTimer),
      },
    });
    addEventListener('offline', this.onOffline);
    addEventListener('online', this.onOnline);
  }

  readonly listen = (listener: () => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  /** For urql's subscriptionExchange. */
  readonly forward = (operation: SubscriptionOperation) => ({
    subscribe: (sink: Sink) => ({ unsubscribe: this.subscribe(operation, sink) }),
  });

  close() {
    removeEventListener('offline', this.onOffline);
    removeEventListener('online', this.onOnline);
    clearTimeout(this.pongTimer);
    this.listeners.clear();
    void this.socket.dispose();
  }

  private subscribe(operation: SubscriptionOperation, sink: Sink): () => void {
    // graphql-ws sends this same object again when it reconnects, with the cursor that it holds by then
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
          this.itemsMissed();
        },
        complete: () => sink.complete(),
      });
    };
    start();
    this.active.add(payload);
    return () => {
      this.active.delete(payload);
      stop();
    };
  }

  private connected(wasRetry: boolean) {
    if (this.state === 'lost') this.onReturn();
    this.setState('live');
    const resumed = [...this.active].every(({ variables }) => variables.after != null);
    if (!wasRetry || !resumed) this.itemsMissed();
  }

  private itemsMissed() {
    this.gaps += 1;
    this.notify();
  }

  private expectPong() {
    clearTimeout(this.pongTimer);
    this.pongTimer = setTimeout(() => this.socket.terminate(), PONG_TIMEOUT);
  }

  private async retryDelay(retries: number): Promise<void> {
    await renewed();
    const delay = Math.min(MAX_RETRY_DELAY, 250 * 2 ** retries) * (0.5 + Math.random() / 2);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delay);
      this.endRetryDelay = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** A refused token ends the session or waits for a new one, unless the token has been renewed in the meantime. */
  private shouldReconnect(event: unknown): boolean {
    if (!(event instanceof CloseEvent) || event.code !== FORBIDDEN) return true;
    if (currentToken() !== this.sentToken) return true;
    return expire(event.reason.replace(/^Forbidden: /, ''));
  }

  private readonly onOffline = () => {
    this.setState('lost');
    this.socket.terminate();
  };

  private readonly onOnline = () => this.endRetryDelay();

  private setState(state: ConnectionState) {
    if (state === this.state) return;
    this.state = state;
    this.notify();
  }

  private notify() {
    for (const listener of this.listeners) listener();
  }
}

function isExpiredCursor(error: unknown): boolean {
  const codes = ['CURSOR_EXPIRED', 'CURSOR_MALFORMED'];
  return (
    Array.isArray(error) &&
    error.some(({ extensions }: { extensions?: { code?: string } }) => codes.includes(extensions?.code ?? ''))
  );
}
