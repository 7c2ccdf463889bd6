import { useI18n } from '../i18n/I18n';
import { MailFrame } from './MailFrame';
import './messages.css';

interface MailProps {
  subject: string;
  html: string;
  text: string;
}

/** A mail as mail programs show it, and beside it the plain text. */
export function Mail({ subject, html, text }: MailProps) {
  const { t } = useI18n();
  return (
    <div className="mail">
      <MailFrame html={html} title={subject} />
      <section aria-label={t('plainText')}>
        <p className="quiet">{t('plainText')}</p>
        <pre>{text}</pre>
      </section>
    </div>
  );
}
