import './texts';
import { FileButton } from '../components/FileButton';
import type { LabelFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

/** The file of a label to print: ours is downloaded with the person's token, a carrier's is a link to the carrier. */
export function LabelFile({ label, number }: { label: LabelFieldsFragment; number: string }) {
  const { t } = useI18n();
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
  return (
    <FileButton
      path={url}
      name={`${number}.pdf`}
      label={t('openLabelOf', { number })}
      failure={t('labelFailed')}
    >
      {t('openLabel')}
    </FileButton>
  );
}
