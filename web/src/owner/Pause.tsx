import { useEffect } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { When } from '../components/display';
import { RefundPauseDocument } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';

const LOOK_AGAIN = 20_000; // ms: a pause is no event of an order, so nothing is sent about it

/** The pause that holds, read again with every change and every few seconds. */
export function usePause() {
  const [{ data }, run] = useQuery({ query: RefundPauseDocument, requestPolicy: 'cache-and-network' });
  const look = () => run({ requestPolicy: 'network-only' });
  useRefresh(look);
  useEffect(() => {
    const timer = setInterval(() => run({ requestPolicy: 'network-only' }), LOOK_AGAIN);
    return () => clearInterval(timer);
  }, [run]);
  return { pause: data?.refundPause ?? null, known: data !== undefined, look };
}

/** Says on every page of the owner that no refund is sent, since when and why. */
export function PauseBanner() {
  const { t } = useI18n();
  const { pause } = usePause();
  if (!pause) return null;
  return (
    <div className="note warn" role="status">
      <strong>{t('refundsPaused')}</strong> {t('since')} <When at={pause.pausedAt} /> · <q>{pause.reason}</q>{' '}
      <Link to="/owner/refunds">{t('refunds')}</Link>
    </div>
  );
}
