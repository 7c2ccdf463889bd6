import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Note } from '../components/feedback';
import { useI18n } from '../i18n/I18n';

/** A secret that is shown once, with a button that copies it. */
export function Secret({ name, value }: { name: string; value: string }) {
  const { t } = useI18n();
  const [copied, setCopied] = useState(false);
  const copy = () => navigator.clipboard.writeText(value).then(() => setCopied(true));
  return (
    <Note tone="good">
      <p>{t('shownOnce')}</p>
      <label className="field">
        <span>{name}</span>
        <input readOnly value={value} onFocus={(event) => event.target.select()} />
      </label>
      <div className="actions start">
        {window.isSecureContext && (
          <Button className="button" onPress={copy}>
            {t('copy')}
          </Button>
        )}
        <span role="status">{copied && t('copied')}</span>
      </div>
    </Note>
  );
}
