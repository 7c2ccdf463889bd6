import { useI18n } from '../i18n/I18n';
import { Ask } from '../parts/Ask';
import { Words } from '../parts/Fields';

interface HandOverProps {
  /** Of the parcel. */
  number: string;
  tracking: string;
  busy: boolean;
  onChange: (tracking: string) => void;
  onYes: () => void;
  onClose: () => void;
}

/** A parcel goes to the carrier: under which tracking number? */
export default function HandOver({ number, tracking, busy, onChange, onYes, onClose }: HandOverProps) {
  const { t, word } = useI18n();
  return (
    <Ask
      title={`${t('moveTo', { status: word('packageStatus', 'SHIPPED') })}: ${number}`}
      yes={t('confirm')}
      no={t('cancel')}
      open
      busy={busy}
      onYes={onYes}
      onClose={onClose}
    >
      <Words label={t('tracking')} value={tracking} onChange={onChange} />
    </Ask>
  );
}
