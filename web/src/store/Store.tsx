import { Navigate, Route, Routes } from 'react-router';
import { useI18n } from '../i18n/I18n';
import { Shell } from '../parts/Shell';
import { OrderPage } from './OrderPage';
import { Orders } from './Orders';

/** The customer's seat. */
export default function Store({ who }: { who: string }) {
  const { t } = useI18n();
  return (
    <Shell title={t('store')} who={who} pages={[{ to: '/store/orders', label: t('myOrders') }]}>
      <Routes>
        <Route path="orders" element={<Orders />} />
        <Route path="orders/:id" element={<OrderPage />} />
        <Route path="*" element={<Navigate to="/store/orders" replace />} />
      </Routes>
    </Shell>
  );
}
