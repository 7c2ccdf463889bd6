import { Button } from 'react-aria-components/Button';
import { When } from '../components/display';
import type { TemplateFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { useVersionName } from './useVersionName';

interface VersionsProps {
  /** Those that messages were made by, the first one first. */
  versions: readonly TemplateFieldsFragment[];
  current: TemplateFieldsFragment | undefined;
  onTakeUp: (version: TemplateFieldsFragment) => void;
}

/** The template that comes with Retour and the published versions, the last one first. Each can be taken up again. */
export function Versions({ versions, current, onTakeUp }: VersionsProps) {
  const { t } = useI18n();
  const versionName = useVersionName();
  if (versions.length === 0) return null;
  return (
    <section className="card" aria-labelledby="versions">
      <h2 id="versions">{t('versions')}</h2>
      <p className="quiet">{t('versionsIntro')}</p>
      <ul className="message-list">
        {[...versions].reverse().map((version) => {
          const name = versionName(version.version);
          return (
            <li key={version.version ?? 0} className="badges">
              <strong>{name}</strong>
              {version.publishedAt && (
                <span className="quiet">
                  {t('publishedAt')} <When at={version.publishedAt} />
                </span>
              )}
              {version === current && <span className="badge good">{t('inForce')}</span>}
              <Button
                className="button small"
                aria-label={t('takeUpVersion', { name })}
                onPress={() => onTakeUp(version)}
              >
                {t('takeUp')}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
