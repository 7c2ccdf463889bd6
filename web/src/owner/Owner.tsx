import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { useI18n } from '../i18n/I18n';
import { Shell } from '../parts/Shell';
import { Spinner } from '../parts/States';
import { Orders } from './Orders';

const Attention = lazy(() => import('./Attention'));
const OrderPage = lazy(() => import('./OrderPage'));
const Requests = lazy(() => import('./Requests'));

/** The marketplace owner's seat. */
export default function Owner({ who }: { who: string }) {
  const { t } = useI18n();
  const pages = [
    { to: '/owner/orders', label: t('orders') },
    { to: '/owner/requests', label: t('requests') },
    { to: '/owner/refunds', label: t('attention') },
  ];
  return (
    <Shell title={t('owner')} who={who} pages={pages}>
      <Suspense fallback={<Spinner />}>
        <Routes>
          <Route path="orders" element={<Orders />} />
          <Route path="orders/:id" element={<OrderPage />} />
          <Route path="requests" element={<Requests />} />
          <Route path="refunds" element={<Attention />} />
          <Route path="*" element={<Navigate to="/owner/orders" replace />} />
        </Routes>
      </Suspense>
    </Shell>
  );
}
