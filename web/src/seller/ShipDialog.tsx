import { ConfirmDialog } from '../components/ConfirmDialog';
import { TextInput } from '../components/Fields';
import { useI18n } from '../i18n/I18n';

interface ShipDialogProps {
  /** The number of the package. */
  number: string;
  tracking: string;
  busy: boolean;
  onChange: (tracking: string) => void;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks for the tracking number when a package is shipped. */
export default function ShipDialog({
  number,
  tracking,
  busy,
  onChange,
  onConfirm,
  onClose,
}: ShipDialogProps) {
  const { t, enumLabel } = useI18n();
  return (
    <ConfirmDialog
      title={`${t('moveTo', { status: enumLabel('packageStatus', 'SHIPPED') })}: ${number}`}
      confirmLabel={t('confirm')}
      closeLabel={t('goBack')}
      open
      busy={busy}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <TextInput label={t('tracking')} value={tracking} onChange={onChange} />
    </ConfirmDialog>
  );
}
