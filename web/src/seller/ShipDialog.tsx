import type { ReactNode } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { TextInput } from '../components/Fields';
import { useI18n } from '../i18n/I18n';

interface ShipDialogProps {
  /** The number of the package. */
  number: string;
  tracking: string;
  busy: boolean;
  /** What speaks against shipping the package now. */
  warning: ReactNode;
  onChange: (tracking: string) => void;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks for the tracking number when a package is shipped, and warns if it should not leave yet. */
export default function ShipDialog({
  number,
  tracking,
  busy,
  warning,
  onChange,
  onConfirm,
  onClose,
}: ShipDialogProps) {
  const { t, enumLabel } = useI18n();
  return (
    <ConfirmDialog
      title={`${t('moveTo', { status: enumLabel('packageStatus', 'SHIPPED') })}: ${number}`}
      confirmLabel={warning ? t('shipAnyway') : t('confirm')}
      danger={Boolean(warning)}
      closeLabel={t('goBack')}
      open
      busy={busy}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      {warning}
      <TextInput label={t('tracking')} value={tracking} onChange={onChange} />
    </ConfirmDialog>
  );
}
