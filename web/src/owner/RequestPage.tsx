import { useParams } from 'react-router';
import { Breadcrumb } from '../components/Breadcrumb';
import { useTitle } from '../components/useTitle';
import { useI18n } from '../i18n/I18n';
import RequestDetail from './RequestDetail';

/** The page about one request. */
export default function RequestPage() {
  const { id = '' } = useParams();
  return <RequestDetail id={id} head={(number) => <Head number={number} />} />;
}

function Head({ number }: { number: string }) {
  const { t } = useI18n();
  const title = t('requestNumber', { number });
  useTitle(title);
  return (
    <>
      <Breadcrumb
        trail={[
          { to: '/owner/orders', name: t('orders') },
          { to: '/owner/requests', name: t('requests') },
        ]}
        page={title}
      />
      <h1>{title}</h1>
    </>
  );
}
