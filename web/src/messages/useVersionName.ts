import { useI18n } from '../i18n/I18n';

/** Names a version of a template; one that comes with Retour has no number. */
export function useVersionName() {
  const { t } = useI18n();
  return (version: number | null | undefined) =>
    version == null ? t('builtIn') : t('versionNumber', { number: version });
}
