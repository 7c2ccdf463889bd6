import { Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { Spinner } from '../components/feedback';
import { loadPage, type Pages, part } from '../components/part';
import { Shell } from '../components/Shell';
import { english } from '../i18n/english';
import { enOwner } from '../i18n/enOwner';
import { useI18n } from '../i18n/I18n';
import type { Hit } from '../queue/CommandMenu';
import { Desk } from '../queue/Desk';
import { PauseBanner } from './Pause';
import { requestPath } from './requestPath';

const PAGES: Pages = [
  ['', part(() => import('../home/OwnerHome'))],
  ['orders', part(() => import('./Orders'))],
  ['orders/:id', part(() => import('./OrderPage'))],
  ['packages', part(() => import('./Packages'))],
  ['requests', part(() => import('./Requests'))],
  ['requests/:id', part(() => import('./RequestPage'))],
  ['returns', part(() => import('../returns/Returns'))],
  ['refunds', part(() => import('./Refunds'))],
  ['withdrawals', part(() => import('../withdrawals/Withdrawals'))],
  ['messages', part(() => import('../messages/Messages'))],
  ['messages/:id', part(() => import('../messages/MessagePage'))],
  ['messages/templates/:type/:audience/:locale', part(() => import('../messages/TemplatePage'))],
  ['settings', part(() => import('./Settings'))],
  ['settings/terms/:id', part(() => import('../terms/TermsPage'))],
];
export const first = loadPage('owner', PAGES);

Object.assign(english.texts, enOwner);

/** The pages of the marketplace owner. */
export default function Owner({ personName }: { personName: string }) {
  const { t } = useI18n();
  const pages = [
    { to: '/owner', label: t('home'), end: true },
    { to: '/owner/orders', label: t('orders') },
    { to: '/owner/requests', label: t('requestsShort'), name: t('requests') },
    { to: '/owner/returns', label: t('returnsShort') },
    { to: '/owner/refunds', label: t('refunds') },
    { to: '/owner/messages', label: t('messages') },
    { to: '/owner/settings', label: t('settings') },
  ];
  return (
    <Shell title={t('omnitron')} personName={personName} pages={pages}>
      <Desk pages={pages} pathOf={pathOf} />
      <PauseBanner />
      <Suspense fallback={<Spinner />}>
        <Routes>
          {PAGES.map(([path, Page]) => (
            <Route key={path} path={path} element={<Page />} />
          ))}
          <Route path="*" element={<Navigate to="/owner" replace />} />
        </Routes>
      </Suspense>
    </Shell>
  );
}

/** Where the owner is shown what a search has found. */
function pathOf({ kind, number, node: { id } }: Hit): string {
  const search = new URLSearchParams({ search: number });
  if (kind === 'ORDER') return `/owner/orders/${id}`;
  if (kind === 'REQUEST') return requestPath({ id });
  return kind === 'WITHDRAWAL' ? `/owner/withdrawals?view=all&${search}` : `/owner/returns?${search}`;
}
