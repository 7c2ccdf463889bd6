import type { TemplatesQuery } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

/** The values that a template may fill in. */
export function Variables({ variables }: { variables: TemplatesQuery['messageVariables'] }) {
  const { t } = useI18n();
  return (
    <details className="card variables" open>
      <summary>{t('variables')}</summary>
      <p className="quiet">{t('variablesIntro')}</p>
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">{t('variableName')}</th>
            <th scope="col">{t('variableMeaning')}</th>
          </tr>
        </thead>
        <tbody>
          {variables.map(({ path, meaning }) => (
            <tr key={path}>
              <th scope="row" data-label={t('variableName')}>
                <code>{path}</code>
              </th>
              <td data-label={t('variableMeaning')} lang="en">
                {meaning}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
