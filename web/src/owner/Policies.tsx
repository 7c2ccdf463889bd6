import { lazy } from 'react';
import { Button } from 'react-aria-components/Button';
import { useQuery } from 'urql';
import { Fact } from '../components/display';
import { ServerError, Spinner } from '../components/feedback';
import { usePageDialog } from '../components/usePageDialog';
import { type PolicyFieldsFragment, ReturnPoliciesDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { May } from '../session/May';

const PolicyDialog = lazy(() => import('./PolicyDialog'));

interface Publication {
  inForce: PolicyFieldsFragment | undefined;
  /** The version that was published last. */
  last: string | null;
}

/** The versions of the return policy, the one published last first. None of them changes. */
export default function Policies() {
  const { t, language } = useI18n();
  const [{ data, error }, run] = useQuery({
    query: ReturnPoliciesDocument,
    variables: { locale: language },
  });
  const { open, dialog } = usePageDialog<Publication>(({ inForce, last }, { onDone, onClose }) => (
    <PolicyDialog
      inForce={inForce}
      last={last}
      onDone={() => {
        onDone(t('done'));
        run({ requestPolicy: 'network-only' });
      }}
      onClose={onClose}
    />
  ));
  const versions = data?.returnPolicies ?? [];
  const inForce = versions.find(({ id }) => id === data?.returnPolicy.id);
  return (
    <>
      <p className="quiet">{t('policiesIntro')}</p>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && (
        <May action="PUBLISH_RETURN_POLICY">
          <Button className="button" onPress={() => open({ inForce, last: versions[0]?.version ?? null })}>
            {t('publishPolicy')}
          </Button>
        </May>
      )}
      {dialog}
      {versions.map((policy) => (
        <Version key={policy.id} policy={policy} inForce={policy.id === inForce?.id} />
      ))}
    </>
  );
}

function Version({ policy, inForce }: { policy: PolicyFieldsFragment; inForce: boolean }) {
  const { t, when, list } = useI18n();
  return (
    <article className="card" aria-label={t('policyVersion', { version: policy.version })}>
      <h2>
        {t('policyVersion', { version: policy.version })}
        {inForce && ` · ${t('inForce')}`}
      </h2>
      <dl className="facts">
        <Fact term={t('effectiveAt')}>{when(policy.effectiveAt)}</Fact>
        <Fact term={t('publishedAt')}>{when(policy.publishedAt)}</Fact>
        <Fact term={t('windowDays')}>{policy.windowDays}</Fact>
        <Fact term={t('responseDays')}>{policy.responseDays}</Fact>
        <Fact term={t('refundDays')}>{policy.refundDays}</Fact>
        <Fact term={t('languages')}>{list(policy.texts.map(({ locale }) => locale))}</Fact>
      </dl>
      <p>{policy.text}</p>
    </article>
  );
}
