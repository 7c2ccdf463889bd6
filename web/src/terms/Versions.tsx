import { useQuery } from 'urql';
import { TermsVersionsDocument, type VersionFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

type Version = VersionFieldsFragment;

const MOST_VERSIONS = 100;

/** The latest versions, to choose from; undefined until they are known. */
export function useVersions() {
  const [{ data }, run] = useQuery({ query: TermsVersionsDocument, variables: { first: MOST_VERSIONS } });
  return { versions: data?.termsVersions.nodes, look: () => run({ requestPolicy: 'network-only' }) };
}

/** The path of the page about a version. */
export const versionPath = ({ id }: { id: string }) => `/owner/settings/terms/${id}`;

/** How a version stands: a draft, in force, to come, or earlier. */
export function Standing({ version }: { version: Version }) {
  const { t } = useI18n();
  const [tone, text] = standingOf(version);
  return <span className={`badge ${tone}`}>{t(text)}</span>;
}

function standingOf({ status, inForce, effectiveAt }: Version) {
  if (status === 'DRAFT') return ['wait', 'draft'] as const;
  if (inForce) return ['good', 'inForceNow'] as const;
  return Date.parse(effectiveAt ?? '') > Date.now()
    ? (['wait', 'toCome'] as const)
    : (['still', 'earlier'] as const);
}

/** What a version is called. */
export function useVersionTitle() {
  const { t } = useI18n();
  return ({ number }: Version) => (number ? t('termsVersion', { number }) : t('termsDraft'));
}
