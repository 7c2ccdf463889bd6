import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { useI18n } from '../i18n/I18n';
import { Shell } from '../parts/Shell';
import { Spinner } from '../parts/States';
import { Packages } from './Packages';

const Requests = lazy(() => import('./Requests'));

/** The seller's seat. */
export default function Seller({ who }: { who: string }) {
  const { t } = useI18n();
  const pages = [
    { to: '/seller/packages', label: t('packages') },
    { to: '/seller/requests', label: t('requestsShort') },
  ];
  return (
    <Shell title={t('sellerCenter')} who={who} pages={pages}>
      <Suspense fallback={<Spinner />}>
        <Routes>
          <Route path="packages" element={<Packages />} />
          <Route path="requests" element={<Requests />} />
          <Route path="*" element={<Navigate to="/seller/packages" replace />} />
        </Routes>
      </Suspense>
    </Shell>
  );
}
