import { lazy, Suspense } from 'react';
import { Spinner } from '../components/feedback';
import { useTitle } from '../components/useTitle';
import { useView, ViewTabs } from '../components/ViewTabs';
import { useI18n } from '../i18n/I18n';
import { ReturnSettings } from './ReturnSettings';

const Reasons = lazy(() => import('./Reasons'));
const Policies = lazy(() => import('./Policies'));
const Privacy = lazy(() => import('./Privacy'));
const Terms = lazy(() => import('../terms/Terms'));
const Sellers = lazy(() => import('../administration/Sellers'));
const Webhooks = lazy(() => import('../administration/Webhooks'));
const Gateways = lazy(() => import('../administration/Gateways'));
const Tokens = lazy(() => import('../administration/Tokens'));
const Audit = lazy(() => import('../administration/Audit'));

const VIEWS = {
  returns: ReturnSettings,
  terms: Terms,
  reasons: Reasons,
  policy: Policies,
  privacy: Privacy,
  sellers: Sellers,
  webhooks: Webhooks,
  gateways: Gateways,
  staff: Tokens,
  audit: Audit,
} as const;

/** What the owner sets for the whole marketplace. */
export default function Settings() {
  const { t } = useI18n();
  useTitle(t('settings'));
  const view = useView(VIEWS);
  const View = VIEWS[view];
  return (
    <>
      <h1>{t('settings')}</h1>
      <ViewTabs
        labels={{
          returns: t('returnSettings'),
          terms: t('terms'),
          reasons: t('reasons'),
          policy: t('policyTitle'),
          privacy: t('privacy'),
          sellers: t('sellersTitle'),
          webhooks: t('webhooks'),
          gateways: t('gatewaysAndCarriers'),
          staff: t('staff'),
          audit: t('audit'),
        }}
        current={view}
      />
      <Suspense fallback={<Spinner />}>
        <View />
      </Suspense>
    </>
  );
}
