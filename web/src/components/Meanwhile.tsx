import { createContext, type ReactNode, useContext } from 'react';
import type { RequestFieldsFragment } from '../gql/graphql';
import { useLive } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';

const SENTENCES = {
  WITHDRAWN: 'meanwhileWithdrawn',
  REJECTED: 'meanwhileRejected',
  APPROVED: 'meanwhileConfirmed',
  COMPLETED: 'meanwhileConfirmed',
} as const;

const Context = createContext<string | null>(null);

/** What somebody else has just done, so that the open dialog has become pointless; null if nobody has. */
export const useMeanwhile = () => useContext(Context);

interface MeanwhileProps {
  /** As they were when the dialog was opened: the command names these versions. */
  requests: readonly Pick<RequestFieldsFragment, 'id' | 'version'>[];
  children: ReactNode;
}

/** Lets a dialog about requests stay open when somebody else is faster, and say what has happened. */
export function Meanwhile({ requests, children }: MeanwhileProps) {
  const { t, enumLabel } = useI18n();
  const { changes } = useLive();
  const sentences = requests.flatMap(({ id, version }) => {
    for (const { kind, update } of changes) {
      if (kind !== 'request' || update.request.id !== id || update.request.version <= version) continue;
      const sentence = SENTENCES[update.to as keyof typeof SENTENCES] ?? 'meanwhileChanged';
      const who = enumLabel('role', update.actor.role);
      return [t(sentence, { number: update.request.number, who, what: enumLabel('action', update.action) })];
    }
    return [];
  });
  return <Context value={sentences.join(' ') || null}>{children}</Context>;
}
