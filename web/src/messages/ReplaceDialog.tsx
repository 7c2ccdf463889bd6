import { ConfirmDialog } from '../components/ConfirmDialog';
import { useI18n } from '../i18n/I18n';

interface ReplaceDialogProps {
  onConfirm: () => void;
  onClose: () => void;
}

/** The question before the words of another version replace those that are being written. */
export default function ReplaceDialog({ onConfirm, onClose }: ReplaceDialogProps) {
  const { t } = useI18n();
  return (
    <ConfirmDialog
      title={t('replaceTitle')}
      confirmLabel={t('yes')}
      closeLabel={t('no')}
      alert
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p>{t('replaceText')}</p>
    </ConfirmDialog>
  );
}
