import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { TextInput } from '../components/Fields';
import { ServerError, Spinner } from '../components/feedback';
import { useFilters } from '../components/pagination';
import { AllTemplatesDocument, type AllTemplatesQuery } from '../gql/graphql';
import { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';
import { May } from '../session/May';
import { useVersionName } from './useVersionName';
import {
  BUILT_IN,
  inForce,
  isBuiltIn,
  isDraft,
  type Kind,
  languageName,
  spelled,
  templatePath,
} from './wording';

const TYPES = Object.keys(ENUM_LABELS.messageType);

type Template = AllTemplatesQuery['messageTemplates'][number];

/** The templates by what they are about, for whom, and in which language. */
export function Templates() {
  const { t, enumLabel, language } = useI18n();
  const { params } = useFilters();
  const [{ data, error }, run] = useQuery({ query: AllTemplatesDocument, requestPolicy: 'network-only' });
  if (error) return <ServerError error={error} onRetry={run} />;
  if (!data) return <Spinner />;
  const templates = data.messageTemplates;
  const added = params.get('locale');
  const locales = [...new Set([...templates.map(({ locale }) => locale), ...(added ? [added] : [])])];
  const kinds = templates
    .filter((each) => isBuiltIn(each) && each.locale === BUILT_IN)
    .sort((one, other) => TYPES.indexOf(one.type) - TYPES.indexOf(other.type));
  return (
    <>
      <p className="quiet">{t('templatesIntro')}</p>
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">{t('about')}</th>
            <th scope="col">{t('messageFor')}</th>
            {locales.map((locale) => (
              <th key={locale} scope="col">
                {languageName(locale, language)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {kinds.map(({ type, audience }) => (
            <tr key={type + audience}>
              <th scope="row" data-label={t('about')}>
                {enumLabel('messageType', type)}
              </th>
              <td data-label={t('messageFor')}>{enumLabel('role', audience)}</td>
              {locales.map((locale) => (
                <td key={locale} data-label={languageName(locale, language)}>
                  <Cell
                    kind={{ type, audience, locale }}
                    templates={templates.filter(
                      (each) => each.type === type && each.audience === audience && each.locale === locale,
                    )}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <May action="SAVE_MESSAGE_TEMPLATE">
        <NewLanguage />
      </May>
    </>
  );
}

interface CellProps {
  kind: Kind;
  templates: readonly Template[];
}

function Cell({ kind, templates }: CellProps) {
  const { t, enumLabel, language } = useI18n();
  const versionName = useVersionName();
  const current = inForce(templates);
  const label = current ? versionName(current.version) : t('notWritten');
  const name = [
    enumLabel('messageType', kind.type),
    enumLabel('role', kind.audience),
    languageName(kind.locale, language),
    label,
  ];
  return (
    <span className="badges">
      <Link to={templatePath(kind)} aria-label={name.join(', ')}>
        {label}
      </Link>
      {templates.some(isDraft) && <span className="badge wait">{t('draft')}</span>}
    </span>
  );
}

/** Shows a further language in the table, in which templates can then be written. */
function NewLanguage() {
  const { t } = useI18n();
  const { set } = useFilters();
  const [locale, setLocale] = useState('');
  return (
    <section className="filters" aria-label={t('addLanguage')}>
      <TextInput label={t('languageTag')} hint={t('languageHint')} value={locale} onChange={setLocale} />
      <Button className="button" onPress={() => set('locale', spelled(locale.trim()) || null)}>
        {t('addLanguage')}
      </Button>
    </section>
  );
}
