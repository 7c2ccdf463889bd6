import { Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { Spinner } from '../components/feedback';
import { loadPage, type Pages, part } from '../components/part';
import { Shell } from '../components/Shell';
import { ForCustomers, useI18n } from '../i18n/I18n';
import { OrderPage } from './OrderPage';
import { Orders } from './Orders';

const PAGES: Pages = [
  ['', part(() => import('../home/StoreHome'))],
  ['notifications', part(() => import('../messages/Notifications'))],
  ['withdraw', part(() => import('../withdrawals/Withdraw'))],
  ['withdraw/:id', part(() => import('../withdrawals/WithdrawOrder'))],
];
export const first = loadPage('store', PAGES);

/** The pages of a customer. */
export default function Store({ personName }: { personName: string }) {
  const { t } = useI18n();
  return (
    <Shell
      title={t('store')}
      personName={personName}
      pages={[
        { to: '/store', label: t('home'), end: true },
        { to: '/store/orders', label: t('myOrders') },
      ]}
      notifications="/store/notifications"
      shop
    >
      <ForCustomers>
        <Suspense fallback={<Spinner />}>
          <Routes>
            {PAGES.map(([path, Page]) => (
              <Route key={path} path={path} element={<Page />} />
            ))}
            <Route path="orders" element={<Orders />} />
            <Route path="orders/:id" element={<OrderPage />} />
            <Route path="*" element={<Navigate to="/store" replace />} />
          </Routes>
        </Suspense>
      </ForCustomers>
    </Shell>
  );
}
