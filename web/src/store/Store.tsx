import { lazy, Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { Spinner } from '../components/feedback';
import { Shell } from '../components/Shell';
import { ForCustomers, useI18n } from '../i18n/I18n';
import { OrderPage } from './OrderPage';
import { Orders } from './Orders';

const StoreHome = lazy(() => import('../home/StoreHome'));
const Notifications = lazy(() => import('../messages/Notifications'));
const Withdraw = lazy(() => import('../withdrawals/Withdraw'));
const WithdrawOrder = lazy(() => import('../withdrawals/WithdrawOrder'));

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
            <Route index element={<StoreHome />} />
            <Route path="orders" element={<Orders />} />
            <Route path="orders/:id" element={<OrderPage />} />
            <Route path="notifications" element={<Notifications />} />
            <Route path="withdraw" element={<Withdraw />} />
            <Route path="withdraw/:id" element={<WithdrawOrder />} />
            <Route path="*" element={<Navigate to="/store" replace />} />
          </Routes>
        </Suspense>
      </ForCustomers>
    </Shell>
  );
}
