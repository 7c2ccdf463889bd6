import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { type ReturnSettingsFieldsFragment, SetReturnSettingsDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import type { SettingsOwner } from './ReturnSettings';

interface RemoveSettingsDialogProps {
  of: SettingsOwner;
  settings: ReturnSettingsFieldsFragment;
  onDone: () => void;
  onClose: () => void;
}

/** Asks before settings are taken away. Returns that have been requested keep theirs. */
export default function RemoveSettingsDialog({ of, settings, onDone, onClose }: RemoveSettingsDialogProps) {
  const { t } = useI18n();
  const { send, busy, failure } = useCommand(SetReturnSettingsDocument);
  const remove = async () => {
    const input = { sellerId: of?.id ?? null, terms: null, expectedVersion: settings.version };
    if (!(await send({ input }))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('removeOf', { name: of?.name ?? t('marketplace') })}
      confirmLabel={t('remove')}
      closeLabel={t('goBack')}
      alert
      danger
      busy={busy}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>{t('removeText')}</p>
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
