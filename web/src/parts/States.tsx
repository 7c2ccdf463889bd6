import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import type { CombinedError } from 'urql';
import type { UserErrorPartsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

export function Spinner() {
  const { t } = useI18n();
  return (
    <p className="spinner" role="status">
      {t('loading')}
    </p>
  );
}

/** A boxed remark. Bad and good ones are announced. */
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

/** A page about what is not there, or not for the viewer: the two look alike. */
export function NotFound() {
  const { t } = useI18n();
  return (
    <>
      <h1>{t('notFoundTitle')}</h1>
      <Empty>{t('notFound')}</Empty>
    </>
  );
}

/** The server's own sentences, when it would not answer; ours, when it could not be asked. */
export function Fault({ error, onRetry }: { error: CombinedError; onRetry?: () => void }) {
  const { t } = useI18n();
  const sentences = error.graphQLErrors.length
    ? error.graphQLErrors.map((one) => one.message)
    : [t('unreachable')];
  return (
    <Note tone="bad">
      <strong>{t('errorTitle')}</strong>
      {sentences.map((one) => (
        <p key={one}>{one}</p>
      ))}
      {onRetry && (
        <Button className="button" onPress={() => onRetry()}>
          {t('retryLoad')}
        </Button>
      )}
    </Note>
  );
}

export interface Refused {
  errors: readonly UserErrorPartsFragment[];
  fault?: CombinedError | undefined;
}

/** What stands at a place of an input's list of items. */
export type NameOf = (index: number) => string | undefined;

/** The item that a path in an input leads to, if it does. */
export const itemOf = (field: readonly string[], nameOf?: NameOf) =>
  field[1] === 'items' ? nameOf?.(Number(field[2])) : undefined;

interface RefusalProps {
  refused: Refused | null;
  nameOf?: NameOf;
}

/** What the server refused, in its own sentences. */
export function Refusal({ refused, nameOf }: RefusalProps) {
  const { t, said } = useI18n();
  if (!refused) return null;
  if (refused.fault) return <Fault error={refused.fault} />;
  if (refused.errors.length === 0) return null;
  return (
    <Note tone="bad">
      <strong>{t('refused')}</strong>
      <ul>
        {refused.errors.map((one) => (
          <li key={one.field.join('.') + one.code}>
            {[itemOf(one.field, nameOf), said(one)].filter(Boolean).join(': ')}
          </li>
        ))}
      </ul>
    </Note>
  );
}
