import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { DeleteViewDocument, type SavedViewsQuery } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { loadDialogTexts } from './dialogTexts';

loadDialogTexts();

interface DeleteViewDialogProps {
  view: SavedViewsQuery['savedViews'][number];
  /** Called after any answer: a colleague may have changed or deleted the view. */
  onAnswer: () => void;
  onClose: () => void;
}

/** Asks before a saved view is deleted: one that is shared goes for all colleagues. */
export default function DeleteViewDialog({ view, onAnswer, onClose }: DeleteViewDialogProps) {
  const { t } = useI18n();
  const { send, busy, failure } = useCommand(DeleteViewDocument);
  const { id, version, name, shared } = view;
  const remove = async () => {
    const done = await send({ input: { id, expectedVersion: version } });
    onAnswer();
    if (done) onClose();
  };
  return (
    <ConfirmDialog
      title={t('deleteView', { name })}
      confirmLabel={t('yes')}
      closeLabel={t('no')}
      alert
      danger
      busy={busy}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>{t(shared ? 'deleteSharedView' : 'deleteOwnView')}</p>
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
