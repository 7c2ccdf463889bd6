import { lazy } from 'react';
import { Button } from 'react-aria-components/Button';
import { Link, useNavigate } from 'react-router';
import { useQuery } from 'urql';
import { When } from '../components/display';
import { ServerError, Spinner } from '../components/feedback';
import { Pager, usePageArguments } from '../components/pagination';
import { usePageDialog } from '../components/usePageDialog';
import { TermsDocument, TermsVersionsDocument, type VersionFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { May } from '../session/May';
import { RuleTable } from './RuleTable';
import { type Rules, rulesOf } from './rules';
import { Standing, useVersionTitle, versionPath } from './Versions';

const NoteDialog = lazy(() => import('./NoteDialog'));

/** The button that begins a draft of these rules, and its dialog. */
export function useNewDraft() {
  const { t } = useI18n();
  const navigate = useNavigate();
  const { open, dialog } = usePageDialog<Rules>((rules, { onClose }) => (
    <NoteDialog rules={rules} onDone={(draft) => navigate(versionPath(draft))} onClose={onClose} />
  ));
  const button = (rules: Rules) => (
    <May action="DRAFT_TERMS">
      <Button className="button primary" onPress={() => open(rules)}>
        {t('draftChange')}
      </Button>
    </May>
  );
  return { button, dialog };
}

/** The terms in force, and all their versions. */
export default function Terms() {
  const { t } = useI18n();
  const [{ data, error }, run] = useQuery({ query: TermsDocument, variables: {} });
  const draft = useNewDraft();
  const { terms } = data ?? {};
  return (
    <>
      <p className="quiet">{t('termsIntro')}</p>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && draft.button(terms ? rulesOf(terms) : [])}
      {draft.dialog}
      {data && (
        <section aria-labelledby="rules">
          <h2 id="rules">{terms ? t('termsVersion', { number: terms.number ?? '' }) : t('rules')}</h2>
          {terms?.effectiveAt && (
            <p className="quiet">
              {t('inForceSince')} <When at={terms.effectiveAt} />
            </p>
          )}
          <RuleTable version={terms ?? { rules: [], findings: [] }} />
        </section>
      )}
      {(data || error) && <Versions />}
    </>
  );
}

function Versions() {
  const { t } = useI18n();
  const [{ data, error }, run] = useQuery({ query: TermsVersionsDocument, variables: usePageArguments() });
  return (
    <section aria-labelledby="versions">
      <h2 id="versions">{t('versions')}</h2>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && data.termsVersions.nodes.length > 0 && (
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">{t('version')}</th>
              <th scope="col">{t('status')}</th>
              <th scope="col">{t('effectiveAt')}</th>
              <th scope="col">{t('publishedAt')}</th>
              <th scope="col">{t('decisionNote')}</th>
            </tr>
          </thead>
          <tbody>
            {data.termsVersions.nodes.map((version) => (
              <VersionRow key={version.id} version={version} />
            ))}
          </tbody>
        </table>
      )}
      {data && <Pager page={data.termsVersions.pageInfo} />}
    </section>
  );
}

function VersionRow({ version }: { version: VersionFieldsFragment }) {
  const { t, when } = useI18n();
  const titleOf = useVersionTitle();
  const { effectiveAt, publishedAt, publishedBy, note } = version;
  return (
    <tr>
      <th scope="row" data-label={t('version')}>
        <Link to={versionPath(version)}>{titleOf(version)}</Link>
      </th>
      <td data-label={t('status')}>
        <Standing version={version} />
      </td>
      <td data-label={t('effectiveAt')}>{effectiveAt ? <When at={effectiveAt} /> : '–'}</td>
      <td data-label={t('publishedAt')}>
        {publishedAt ? t('publishedBy', { at: when(publishedAt), by: publishedBy ?? '' }) : '–'}
      </td>
      <td data-label={t('decisionNote')}>{note ?? '–'}</td>
    </tr>
  );
}
