import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { Spinner } from '../components/feedback';
import { Shell } from '../components/Shell';
import { english } from '../i18n/english';
import { enOwner } from '../i18n/enOwner';
import { useI18n } from '../i18n/I18n';
import type { Hit } from '../queue/CommandMenu';
import { Desk } from '../queue/Desk';
import { PauseBanner } from './Pause';
import { requestPath } from './requestPath';

const OwnerHome = lazy(() => import('../home/OwnerHome'));
const Orders = lazy(() => import('./Orders'));
const Refunds = lazy(() => import('./Refunds'));
const OrderPage = lazy(() => import('./OrderPage'));
const Requests = lazy(() => import('./Requests'));
const RequestPage = lazy(() => import('./RequestPage'));
const Returns = lazy(() => import('../returns/Returns'));
const Settings = lazy(() => import('./Settings'));
const Messages = lazy(() => import('../messages/Messages'));
const MessagePage = lazy(() => import('../messages/MessagePage'));
const TemplatePage = lazy(() => import('../messages/TemplatePage'));
const Withdrawals = lazy(() => import('../withdrawals/Withdrawals'));
const TermsPage = lazy(() => import('../terms/TermsPage'));

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
          <Route index element={<OwnerHome />} />
          <Route path="orders" element={<Orders />} />
          <Route path="orders/:id" element={<OrderPage />} />
          <Route path="requests" element={<Requests />} />
          <Route path="requests/:id" element={<RequestPage />} />
          <Route path="returns" element={<Returns />} />
          <Route path="refunds" element={<Refunds />} />
          <Route path="withdrawals" element={<Withdrawals />} />
          <Route path="messages" element={<Messages />} />
          <Route path="messages/:id" element={<MessagePage />} />
          <Route path="messages/templates/:type/:audience/:locale" element={<TemplatePage />} />
          <Route path="settings" element={<Settings />} />
          <Route path="settings/terms/:id" element={<TermsPage />} />
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
