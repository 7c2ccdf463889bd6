import { useParams } from 'react-router';
import { Breadcrumb } from '../components/Breadcrumb';
import { useTitle } from '../components/useTitle';
import { useI18n } from '../i18n/I18n';
import OrderDetail from './OrderDetail';

/** The page about one order. */
export default function OrderPage() {
  const { id = '' } = useParams();
  return <OrderDetail id={id} head={(number) => <Head number={number} />} />;
}

function Head({ number }: { number: string }) {
  const { t } = useI18n();
  useTitle(t('orderDetails', { number }));
  return <Breadcrumb trail={[{ to: '/owner/orders', name: t('orders') }]} page={t('details')} />;
}
