import './texts';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { AddLabelDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import type { ReturnDialogProps } from './useReturnDialogs';

/** Asks before a label for one more package is ordered, which may cost money. */
export default function AddLabelDialog({ shipment, onDone, onClose }: ReturnDialogProps) {
  const { t } = useI18n();
  const { send, busy, failure } = useCommand(AddLabelDocument);
  const add = async () => {
    if (!(await send({ input: { returnId: shipment.id, expectedVersion: shipment.version } }))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('addLabelTitle', { number: shipment.number })}
      confirmLabel={t('addLabel')}
      closeLabel={t('goBack')}
      busy={busy}
      onConfirm={add}
      onClose={onClose}
    >
      <p>{t('addLabelText')}</p>
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
