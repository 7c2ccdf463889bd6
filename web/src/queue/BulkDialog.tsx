import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { TextInput } from '../components/Fields';
import { CommandError, Note } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import type { DialogEnds } from '../components/usePageDialog';
import {
  ApplyCancellationsDocument,
  ConfirmRequestsDocument,
  RejectRequestsDocument,
  type RequestFieldsFragment,
  type ResultFieldsFragment,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { loadDialogTexts } from './dialogTexts';
import type { BulkAction } from './useBulk';

loadDialogTexts();

type Request = RequestFieldsFragment;

interface BulkDialogProps extends DialogEnds {
  action: BulkAction;
  requests: readonly Request[];
  /** The owner confirms for sellers, and says why. */
  onBehalf: boolean;
  /** Called with the ids of the requests that were refused. */
  onRefused: (ids: readonly string[]) => void;
}

/** Decides several requests at once: each goes through or is refused for itself. */
export default function BulkDialog(props: BulkDialogProps) {
  const { action, requests, onBehalf, onDone, onRefused, onClose } = props;
  const { t, count } = useI18n();
  const confirm = useCommand(ConfirmRequestsDocument);
  const reject = useCommand(RejectRequestsDocument);
  const apply = useCommand(ApplyCancellationsDocument);
  const [text, setText] = useState('');
  const named = requests.map(({ id, version }) => ({ requestId: id, expectedVersion: version }));
  const send = {
    confirm: async () => {
      const input = { requests: named, note: text.trim() || null };
      return (await confirm.send({ input }))?.confirmRequests.results;
    },
    reject: async () =>
      (await reject.send({ input: { requests: named, reason: text } }))?.rejectRequests.results,
    apply: async () =>
      (await apply.send({ input: { requests: named, confirm: true } }))?.applyCancellations.results,
  }[action];
  const { busy, failure } = { confirm, reject, apply }[action];
  const decide = async () => {
    const results = await send();
    if (!results) return;
    const refused = results.filter(({ userErrors }) => userErrors.length > 0);
    onRefused(refused.map(({ requestId }) => requestId));
    onClose();
    onDone(<Outcome action={action} requests={requests} refused={refused} />);
  };
  const asksWhy = action === 'reject' || (action === 'confirm' && onBehalf);
  return (
    <ConfirmDialog
      title={t(`bulkTitle_${action}`, { count: count(requests.length) })}
      confirmLabel={t(`bulk_${action}`, { count: count(requests.length) })}
      closeLabel={t('goBack')}
      danger={action !== 'confirm'}
      busy={busy}
      canConfirm={!asksWhy || text.trim() !== ''}
      onConfirm={decide}
      onClose={onClose}
    >
      <p>{t(action === 'confirm' && onBehalf ? 'bulkOnBehalf' : `bulkText_${action}`)}</p>
      <ul className="bulk">
        {requests.map(({ id, number, customer, items }) => (
          <li key={id}>
            {number} · {customer.name} · {items.map(({ orderItem }) => orderItem.name).join(', ')}
          </li>
        ))}
      </ul>
      {asksWhy && (
        <TextInput
          label={t(action === 'reject' ? 'rejectReason' : 'decisionNote')}
          hint={t(action === 'reject' ? 'rejectReasonHint' : 'decisionNoteHint')}
          value={text}
          long
          first
          onChange={setText}
        />
      )}
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}

interface OutcomeProps {
  action: BulkAction;
  requests: readonly Request[];
  refused: readonly ResultFieldsFragment[];
}

/** How many went through, and of each of the others why it did not. */
function Outcome({ action, requests, refused }: OutcomeProps) {
  const { t, count, refusalText } = useI18n();
  const numberOf = (id: string) => requests.find((request) => request.id === id)?.number;
  return (
    <>
      <p>{t(`bulkDone_${action}`, { count: count(requests.length - refused.length) })}</p>
      {refused.length > 0 && (
        <Note tone="bad">
          <strong>{t('bulkRefused', { count: count(refused.length) })}</strong>
          <ul>
            {refused.map(({ requestId, userErrors }) => (
              <li key={requestId}>
                {numberOf(requestId)}: {userErrors.map(refusalText).join(' ')}
              </li>
            ))}
          </ul>
        </Note>
      )}
    </>
  );
}
