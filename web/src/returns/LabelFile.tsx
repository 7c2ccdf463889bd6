import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Note } from '../components/feedback';
import type { LabelFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { download } from './labelFile';

/** The file of a label to print: ours is downloaded with the person's token, a carrier's is a link to the carrier. */
export function LabelFile({ label, number }: { label: LabelFieldsFragment; number: string }) {
  const { t } = useI18n();
  const [failed, setFailed] = useState(false);
  const { url, carrierUrl } = label;
  if (!url) return null;
  if (carrierUrl?.startsWith('https://'))
    return (
      <a
        className="button"
        href={carrierUrl}
        target="_blank"
        rel="noreferrer"
        aria-label={t('openLabelOf', { number })}
      >
        {t('openLabel')}
      </a>
    );
  const load = () => {
    setFailed(false);
    download(url, `${number}.pdf`).catch(() => setFailed(true));
  };
  return (
    <>
      <Button className="button" aria-label={t('openLabelOf', { number })} onPress={load}>
        {t('openLabel')}
      </Button>
      {failed && <Note tone="bad">{t('labelFailed')}</Note>}
    </>
  );
}
