import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import type { CombinedError } from 'urql';
import type { UserErrorFieldsFragment } from '../gql/graphql';
import { useOnReconnect } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';

/** What is still to come, in outline. */
export function Spinner() {
  const { t } = useI18n();
  return (
    <div className="skeleton" role="status">
      <span className="unseen">{t('loading')}</span>
      <i />
      <i />
      <i />
      <i />
    </div>
  );
}

/** A boxed message. Screen readers announce good and bad ones. */
export function Note({ tone = 'plain', children }: { tone?: 'plain' | 'good' | 'bad'; children: ReactNode }) {
  return (
    <div
      className={`note ${tone}`}
      {...(tone === 'plain' ? {} : { role: tone === 'bad' ? 'alert' : 'status' })}
    >
      {children}
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>;
}

/** The page for what does not exist, an order if nothing else is said. What others own looks the same. */
export function NotFound({ text }: { text?: string }) {
  const { t } = useI18n();
  return (
    <>
      <h1>{t('notFoundTitle')}</h1>
      <Empty>{text ?? t('notFound')}</Empty>
    </>
  );
}

/** What people read of faults that the API describes to programs. */
const FAULTS = {
  BAD_INPUT: 'faultBadInput',
  THROTTLED: 'faultThrottled',
  TIMEOUT: 'faultBusy',
  UNAUTHENTICATED: 'sessionEnded',
  UNAVAILABLE: 'faultBusy',
} as const;

/** Why a request to the server failed: its own messages, or that it could not be reached. After an outage it is retried. */
export function ServerError({ error, onRetry }: { error: CombinedError; onRetry?: () => void }) {
  const { t } = useI18n();
  useOnReconnect(onRetry);
  const { status } = (error.response ?? {}) as Partial<Response>;
  const silent = status && status >= 400 ? t('serverFailed', { status }) : t('unreachable');
  const sentences = error.graphQLErrors.length
    ? error.graphQLErrors.map(({ message, extensions }) => {
        const text = FAULTS[extensions.code as keyof typeof FAULTS];
        return text ? t(text) : message;
      })
    : [silent];
  return (
    <Note tone="bad">
      <strong>{t('errorTitle')}</strong>
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {onRetry && (
        <Button className="button" onPress={() => onRetry()}>
          {t('tryAgain')}
        </Button>
      )}
    </Note>
  );
}

export interface CommandFailure {
  errors: readonly UserErrorFieldsFragment[];
  error?: CombinedError | undefined;
}

/** Names the item at an index of an input's list of items. */
export type NameOf = (index: number) => string | undefined;

const LISTS = new Set(['items', 'grades', 'rules']);

/** The name of the item or of the adjustment that a field path of an input leads to, if it leads to one. */
export function useNameAt(nameOf?: NameOf) {
  const { t } = useI18n();
  return ([, list = '', index]: readonly string[]) => {
    if (index === undefined) return undefined;
    if (list === 'adjustments') return t('adjustmentNumber', { number: Number(index) + 1 });
    return LISTS.has(list) ? nameOf?.(Number(index)) : undefined;
  };
}

interface CommandErrorProps {
  failure: CommandFailure | null;
  nameOf?: NameOf;
}

/** Why the server refused a command, one line for each reason. */
export function CommandError({ failure, nameOf }: CommandErrorProps) {
  const { t, refusalText } = useI18n();
  const nameAt = useNameAt(nameOf);
  if (!failure) return null;
  if (failure.error) return <ServerError error={failure.error} />;
  if (failure.errors.length === 0) return null;
  return (
    <Note tone="bad">
      <strong>{t('refused')}</strong>
      <ul>
        {failure.errors.map((userError) => (
          <li key={userError.field.join('.') + userError.code}>
            {[nameAt(userError.field), refusalText(userError)].filter(Boolean).join(': ')}
          </li>
        ))}
      </ul>
    </Note>
  );
}
