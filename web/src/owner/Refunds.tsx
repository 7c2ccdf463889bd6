import { Link } from 'react-router';
import { useQuery } from 'urql';
import { Badge, Money } from '../components/display';
import { Empty, ServerError, Spinner } from '../components/feedback';
import { Pager, usePageArguments } from '../components/pagination';
import { useTitle } from '../components/useTitle';
import { useView, ViewTabs } from '../components/ViewTabs';
import { AttentionDocument } from '../gql/graphql';
import { useRefresh } from '../graphql/LiveProvider';
import { useI18n } from '../i18n/I18n';
import { OverdueWithdrawals } from '../withdrawals/OverdueWithdrawals';
import { LabelsInTrouble } from './LabelsInTrouble';
import { PauseButton } from './PauseButton';
import { RefundRow, useSettling } from './RefundRow';
import { ShortfallList } from './Shortfall';

const VIEWS = {
  attention: { state: 'NEEDS_ATTENTION', intro: 'attentionIntro', none: 'noAttention' },
  inProgress: { state: 'IN_PROGRESS', intro: 'inProgressIntro', none: 'noneInProgress' },
  disputed: { state: 'DISPUTED', intro: 'disputedIntro', none: 'noneDisputed' },
  held: { state: 'HELD', intro: 'heldIntro', none: 'noneHeld' },
} as const;

/** The refunds that need attention, those in progress, and the money that waits for goods. */
export default function Refunds() {
  const { t, enumLabel } = useI18n();
  useTitle(t('refunds'));
  const view = useView(VIEWS);
  const { state, intro, none } = VIEWS[view];
  const [{ data, error }, run] = useQuery({
    query: AttentionDocument,
    variables: { state, ...usePageArguments() },
  });
  useRefresh(run);
  const settling = useSettling();
  return (
    <>
      <div className="head">
        <h1>{t('refunds')}</h1>
        <PauseButton />
      </div>
      <ViewTabs
        labels={{
          attention: enumLabel('refundState', 'NEEDS_ATTENTION'),
          inProgress: t('inProgress'),
          disputed: enumLabel('refundState', 'DISPUTED'),
          held: enumLabel('refundState', 'HELD'),
        }}
        current={view}
      />
      <p className="quiet">{t(intro)}</p>
      {view === 'attention' && (
        <>
          <LabelsInTrouble />
          <OverdueWithdrawals />
        </>
      )}
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {settling.dialog}
      {data && <ShortfallList plans={data.plans.nodes} />}
      {data?.plans.nodes.length === 0 && <Empty>{t(none)}</Empty>}
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
              <RefundRow key={refund.id} refund={refund} onSettle={settling.open} />
            ))}
          </ul>
        </article>
      ))}
      {data && <Pager page={data.plans.pageInfo} />}
    </>
  );
}
