import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { DiscardTermsDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import type { Draft } from './rules';

interface DiscardDialogProps {
  draft: Draft;
  onDone: () => void;
  onClose: () => void;
}

/** Asks before a draft is thrown away. */
export default function DiscardDialog({ draft, onDone, onClose }: DiscardDialogProps) {
  const { t } = useI18n();
  const { send, busy, failure } = useCommand(DiscardTermsDocument);
  const discard = async () => {
    if (!(await send({ input: { id: draft.id, expectedVersion: draft.version } }))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('discardDraftTitle')}
      confirmLabel={t('discardDraft')}
      closeLabel={t('goBack')}
      alert
      danger
      busy={busy}
      onConfirm={discard}
      onClose={onClose}
    >
      <p>{t('discardDraftText')}</p>
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
