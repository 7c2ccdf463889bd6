import { Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { Spinner } from '../components/feedback';
import { loadPage, type Pages, part } from '../components/part';
import { Shell } from '../components/Shell';
import { useI18n } from '../i18n/I18n';
import type { Hit } from '../queue/CommandMenu';
import { Desk } from '../queue/Desk';
import { requestPath } from './requestPath';

const PAGES: Pages = [
  ['', part(() => import('../home/SellerHome'))],
  ['packages', part(() => import('./Packages'))],
  ['requests', part(() => import('./Requests'))],
  ['arriving', part(() => import('./Arriving'))],
  ['notifications', part(() => import('../messages/Notifications'))],
];
export const first = loadPage('seller', PAGES);

/** The pages of a seller. */
export default function Seller({ personName }: { personName: string }) {
  const { t } = useI18n();
  const pages = [
    { to: '/seller', label: t('today'), end: true },
    { to: '/seller/packages', label: t('packages') },
    { to: '/seller/requests', label: t('requestsShort') },
    { to: '/seller/arriving', label: t('arriving') },
  ];
  return (
    <Shell
      title={t('sellerCenter')}
      personName={personName}
      pages={pages}
      notifications="/seller/notifications"
    >
      <Desk pages={pages} pathOf={pathOf} />
      <Suspense fallback={<Spinner />}>
        <Routes>
          {PAGES.map(([path, Page]) => (
            <Route key={path} path={path} element={<Page />} />
          ))}
          <Route path="*" element={<Navigate to="/seller" replace />} />
        </Routes>
      </Suspense>
    </Shell>
  );
}

/** Where a seller is shown what a search has found. */
function pathOf({ kind, number, node: { id } }: Hit): string {
  if (kind === 'REQUEST') return requestPath({ id });
  if (kind === 'RETURN_SHIPMENT') return `/seller/arriving?${new URLSearchParams({ scan: number })}`;
  const search = new URLSearchParams({ search: number });
  return `/seller/${kind === 'ORDER' ? 'packages' : 'requests'}?view=all&${search}`;
}
