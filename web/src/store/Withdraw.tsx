import { useI18n } from '../i18n/I18n';
import { Ask } from '../parts/Ask';

interface WithdrawProps {
  number: string;
  busy: boolean;
  onYes: () => void;
  onClose: () => void;
}

/** The question before a request is taken back. */
export default function Withdraw({ number, busy, onYes, onClose }: WithdrawProps) {
  const { t } = useI18n();
  return (
    <Ask
      title={t('withdrawTitle')}
      yes={t('yes')}
      no={t('no')}
      alert
      danger
      open
      busy={busy}
      onYes={onYes}
      onClose={onClose}
    >
      <p>{t('withdrawText', { number })}</p>
    </Ask>
  );
}
