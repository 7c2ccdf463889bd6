import type { ReactNode } from 'react';
import { useQuery } from 'urql';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { Day } from '../components/display';
import { CommandError, Note, ServerError, Spinner } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import {
  ErasePersonDocument,
  type ErasureFieldsFragment,
  type FoundCustomerFragment,
  PreviewErasureDocument,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

interface EraseDialogProps {
  customer: FoundCustomerFragment;
  onDone: (message: ReactNode) => void;
  onClose: () => void;
}

/** Asks whether a person is to be erased, and shows what is still open and what the law keeps until when. */
export default function EraseDialog({ customer, onDone, onClose }: EraseDialogProps) {
  const { t } = useI18n();
  const { send, busy, failure } = useCommand(ErasePersonDocument);
  const [{ data, error }, run] = useQuery({
    query: PreviewErasureDocument,
    variables: { customerId: customer.id },
    requestPolicy: 'network-only',
  });
  const erasure = data?.previewErasure;
  const erase = async () => {
    const answer = await send({ input: { customerId: customer.id } });
    if (!answer) return;
    onClose();
    onDone(t('personErased'));
  };
  return (
    <ConfirmDialog
      title={t('erasePersonQuestion', { name: customer.name })}
      confirmLabel={t('erasePerson')}
      closeLabel={t('goBack')}
      alert
      danger
      busy={busy}
      canConfirm={erasure?.open.length === 0}
      onConfirm={erase}
      onClose={onClose}
    >
      <p>{t('eraseText')}</p>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {erasure && <Found erasure={erasure} />}
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}

function Found({ erasure }: { erasure: ErasureFieldsFragment }) {
  const { t, enumLabel } = useI18n();
  if (erasure.open.length > 0)
    return (
      <Note tone="bad">
        {t('eraseOpen')}
        <ul>
          {erasure.open.map((each) => (
            <li key={each.id}>
              {enumLabel('subject', each.subject)} {each.number}
            </li>
          ))}
        </ul>
      </Note>
    );
  if (erasure.kept.length === 0) return <p>{t('eraseKeepsNothing')}</p>;
  const last = erasure.kept.map((each) => each.until).sort();
  return (
    <p>
      {t('eraseKeeps', { count: erasure.kept.length })} <Day at={last[last.length - 1] ?? ''} />
    </p>
  );
}
