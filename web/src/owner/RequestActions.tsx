import { Button } from 'react-aria-components/Button';
import type { RequestFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

const ACTIONS = [
  { action: 'CONFIRM_REQUEST', name: 'confirm', title: 'confirmTitle' },
  { action: 'APPLY_CANCELLATION', name: 'apply', title: 'applyRequestTitle' },
  { action: 'REJECT_REQUEST', name: 'reject', title: 'rejectTitle' },
  { action: 'CONVERT_TO_RETURN', name: 'convert', title: 'convertRequestTitle' },
] as const;

/** A decision of the owner, with a dialog of its own. */
export type Decision = (typeof ACTIONS)[number]['name'];

interface RequestActionsProps {
  request: RequestFieldsFragment;
  /** For a row of a list: the sentences of what is not offered are folded away. */
  compact?: boolean;
  onDecide: (decision: Decision, request: RequestFieldsFragment) => void;
}

/** Confirm, Apply, Reject and Return instead, where the server offers them; where not, its sentences. */
export function RequestActions({ request, compact = false, onDecide }: RequestActionsProps) {
  const { t } = useI18n();
  const entries = ACTIONS.flatMap((entry) => {
    const allowed = request.allowedActions.find(({ action }) => action === entry.action);
    return allowed ? [{ ...entry, allowed }] : [];
  });
  const offered = entries.filter(({ allowed }) => allowed.enabled);
  return (
    <>
      {offered.length > 0 && (
        <div className="actions start">
          {offered.map(({ name, title }) => (
            <Button
              key={name}
              className={`button ${compact ? 'small' : ''}`}
              aria-label={t(title, { number: request.number })}
              onPress={() => onDecide(name, request)}
            >
              {t(name)}
            </Button>
          ))}
        </div>
      )}
      {request.status === 'WAITING' && <Blocked entries={entries} compact={compact} />}
    </>
  );
}

interface BlockedProps {
  entries: readonly { name: Decision; allowed: RequestFieldsFragment['allowedActions'][number] }[];
  compact: boolean;
}

/** Why actions are not offered, a sentence each. */
function Blocked({ entries, compact }: BlockedProps) {
  const { t, refusalText } = useI18n();
  const sentences = entries
    .filter(({ allowed }) => !allowed.enabled)
    .flatMap(({ name, allowed }) => allowed.blockers.map((blocker) => ({ name, blocker })));
  if (sentences.length === 0) return null;
  const list = (
    <ul className="why-not" aria-label={t('whyNot')}>
      {sentences.map(({ name, blocker }) => (
        <li key={name + blocker.code}>
          {t(name)}: {refusalText(blocker)}
        </li>
      ))}
    </ul>
  );
  if (!compact) return list;
  return (
    <details>
      <summary>{t('whyNot')}</summary>
      {list}
    </details>
  );
}
