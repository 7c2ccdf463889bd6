import { Suspense } from 'react';
import { Spinner } from '../components/feedback';
import { part } from '../components/part';
import { useTitle } from '../components/useTitle';
import { useView, ViewTabs } from '../components/ViewTabs';
import { useI18n } from '../i18n/I18n';
import { ReturnSettings } from './ReturnSettings';

const Reasons = part(() => import('./Reasons'));
const Policies = part(() => import('./Policies'));
const Privacy = part(() => import('./Privacy'));
const Terms = part(() => import('../terms/Terms'));
const Sellers = part(() => import('../administration/Sellers'));
const Webhooks = part(() => import('../administration/Webhooks'));
const Gateways = part(() => import('../administration/Gateways'));
const Tokens = part(() => import('../administration/Tokens'));
const Audit = part(() => import('../administration/Audit'));

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
export const first = loadView(new URLSearchParams(location.search).get('view') ?? '');

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

async function loadView(name: string) {
  const view = name in VIEWS && VIEWS[name as keyof typeof VIEWS];
  if (view && 'load' in view) await view.load().catch(() => {});
}
