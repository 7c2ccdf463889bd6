import { Link } from 'react-router';
import { useQuery } from 'urql';
import { AttentionDocument } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { Pager, usePaging } from '../parts/paging';
import { Badge, Money } from '../parts/Show';
import { Empty, Fault, Spinner } from '../parts/States';
import { useTitle } from '../parts/useTitle';
import { useView, Views } from '../parts/Views';
import { RefundRow } from './RefundRow';

const VIEWS = { attention: 'NEEDS_ATTENTION', underWay: 'IN_PROGRESS' } as const;

/** Refunds that a person must look at, and those that are under way. */
export default function Attention() {
  const { t, word } = useI18n();
  useTitle(t('attention'));
  const view = useView(VIEWS);
  const [{ data, error }, run] = useQuery({
    query: AttentionDocument,
    variables: { state: VIEWS[view], ...usePaging() },
  });
  useRefresh(run);
  return (
    <>
      <h1>{t('attention')}</h1>
      <Views
        labels={{ attention: word('refundState', 'NEEDS_ATTENTION'), underWay: t('underWay') }}
        now={view}
      />
      <p className="quiet">{view === 'attention' ? t('attentionIntro') : t('underWayIntro')}</p>
      {error && <Fault error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data?.plans.nodes.length === 0 && (
        <Empty>{view === 'attention' ? t('noAttention') : t('noneUnderWay')}</Empty>
      )}
      {data?.plans.nodes.map((plan) => (
        <article key={plan.id} className="card" aria-label={t('orderDetails', { number: plan.order.number })}>
          <div className="card-head">
            <h2>
              <Link to={`/owner/orders/${plan.order.id}`}>
                {t('orderDetails', { number: plan.order.number })}
              </Link>
            </h2>
            <span className="badges">
              <Badge kind="transaction" value={plan.transaction} />
              <Badge kind="planStatus" value={plan.status} />
              <Badge kind="refundState" value={plan.refundState} />
            </span>
          </div>
          <p className="quiet">
            {t('requestNumber', { number: plan.request.number })} · {plan.seller.name} ·{' '}
            <Money of={plan.total} />
          </p>
          <ul className="refunds">
            {plan.refunds.map((refund) => (
              <RefundRow key={refund.id} refund={refund} onDone={run} />
            ))}
          </ul>
        </article>
      ))}
      {data && <Pager page={data.plans.pageInfo} />}
    </>
  );
}
