import { useParams } from 'react-router';
import { useQuery } from 'urql';
import { Breadcrumb } from '../components/Breadcrumb';
import { NotFound, ServerError, Spinner } from '../components/feedback';
import { useTitle } from '../components/useTitle';
import { TemplatesDocument } from '../gql/graphql';
import { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';
import { TemplateEditor } from './TemplateEditor';
import { type Kind, languageName } from './wording';
import './messages.css';

/** One template: its versions, the words of the next one, and what they say of a real request. */
export default function TemplatePage() {
  const { t } = useI18n();
  const { type = '', audience = '', locale = '' } = useParams();
  const known = type in ENUM_LABELS.messageType && audience in ENUM_LABELS.role;
  return known ? (
    <Page key={`${type}/${audience}/${locale}`} kind={{ type, audience, locale } as Kind} />
  ) : (
    <NotFound text={t('templateNotFound')} />
  );
}

function Page({ kind }: { kind: Kind }) {
  const { t, enumLabel, language } = useI18n();
  const { type, audience, locale } = kind;
  const [{ data, error }, run] = useQuery({ query: TemplatesDocument, variables: { type, audience } });
  const title = enumLabel('messageType', type);
  useTitle(title);
  if (error && !data) return <ServerError error={error} onRetry={run} />;
  if (!data) return <Spinner />;
  if (data.messageTemplates.length === 0) return <NotFound text={t('templateNotFound')} />;
  return (
    <>
      <Breadcrumb
        trail={[
          { to: '/owner/messages', name: t('messages') },
          { to: '/owner/messages?view=templates', name: t('templates') },
        ]}
        page={title}
      />
      <h1>{title}</h1>
      <p className="quiet">
        {t('messageFor')}: {enumLabel('role', audience)} · {languageName(locale, language)}
      </p>
      <TemplateEditor
        kind={kind}
        templates={data.messageTemplates}
        variables={data.messageVariables}
        onChanged={() => run({ requestPolicy: 'network-only' })}
      />
    </>
  );
}
