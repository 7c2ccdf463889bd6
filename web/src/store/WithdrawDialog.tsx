import { ConfirmDialog } from '../components/ConfirmDialog';
import { useI18n } from '../i18n/I18n';

interface WithdrawDialogProps {
  number: string;
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks the customer before a request is withdrawn. */
export default function WithdrawDialog({ number, busy, onConfirm, onClose }: WithdrawDialogProps) {
  const { t } = useI18n();
  return (
    <ConfirmDialog
      title={t('withdrawTitle')}
      confirmLabel={t('yes')}
      closeLabel={t('no')}
      alert
      danger
      open
      busy={busy}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p>{t('withdrawText', { number })}</p>
    </ConfirmDialog>
  );
}
