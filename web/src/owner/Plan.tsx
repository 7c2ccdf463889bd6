import { Badge, Money, When } from '../components/display';
import type { PlanFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { RefundRow, useSettling } from './RefundRow';

type Line = PlanFieldsFragment['lines'][number];
type Adjustment = PlanFieldsFragment['adjustments'][number];

const AMOUNTS = ['base', 'discountShare', 'taxShare', 'shippingShare', 'rounding', 'total'] as const;

/** A cancellation and refund plan: the amounts of each line, and the refunds. */
export function Plan({ plan }: { plan: PlanFieldsFragment }) {
  const { t } = useI18n();
  const settling = useSettling();
  const name = `${t('plan')} · ${t('requestNumber', { number: plan.request.number })}`;
  return (
    <article className="card plan" aria-label={name}>
      <div className="card-head">
        <h3>{name}</h3>
        <span className="badges" aria-live="polite">
          <Badge kind="transaction" value={plan.transaction} />
          <Badge kind="planStatus" value={plan.status} />
          <Badge kind="refundState" value={plan.refundState} />
        </span>
      </div>
      <p className="quiet">
        <When at={plan.createdAt} /> · {plan.seller.name}
      </p>
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">{t('product')}</th>
            {AMOUNTS.map((amount) => (
              <th key={amount} scope="col" className="number">
                {t(amount)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {plan.lines.map((line) => (
            <PlanLine key={line.orderItem.id} line={line} />
          ))}
          {plan.adjustments.map((adjustment) => (
            <AdjustmentRow key={adjustmentKey(adjustment)} adjustment={adjustment} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={AMOUNTS.length}>
              {t('total')}
            </th>
            <td className="number" data-label={t('total')}>
              <Money of={plan.total} />
            </td>
          </tr>
        </tfoot>
      </table>
      {plan.refundState === 'HELD' && <p className="note">{t('heldText')}</p>}
      {plan.refunds.length > 0 && (
        <>
          <h4>{t('refunds')}</h4>
          <ul className="refunds">
            {plan.refunds.map((refund) => (
              <RefundRow key={refund.id} refund={refund} onSettle={settling.open} />
            ))}
          </ul>
          {settling.dialog}
        </>
      )}
    </article>
  );
}

const adjustmentKey = ({ kind, rule, orderItem, reason, amount }: Adjustment) =>
  [kind, rule, orderItem?.id, reason, amount.amount].join();

/** What is added or kept: of what, why, by which rule or person, and who bears it or gets it. */
function AdjustmentRow({ adjustment }: { adjustment: Adjustment }) {
  const { t, enumLabel, money } = useI18n();
  const { kind, rule, orderItem, reason, byRole, bearer, asked, amount } = adjustment;
  const by = rule ? t('byRule', { name: rule }) : t('decidedBy', { name: enumLabel('role', byRole) });
  const cut = Math.abs(Number(amount.amount)) < Number(asked.amount);
  return (
    <tr>
      <th scope="row" colSpan={AMOUNTS.length}>
        {[enumLabel('adjustmentKind', kind), orderItem?.name].filter(Boolean).join(' · ')}
        <span className="quiet">
          {' · '}
          {by} · {t('bearer')}: {enumLabel('bearer', bearer)}
          {cut && ` · ${t('asked', { amount: money(asked) })}`}
        </span>
        {reason && (
          <>
            {' '}
            <q className="quiet">{reason}</q>
          </>
        )}
      </th>
      <td className="number" data-label={t('total')}>
        <Money of={amount} />
      </td>
    </tr>
  );
}

function PlanLine({ line }: { line: Line }) {
  const { t } = useI18n();
  return (
    <tr>
      <th scope="row" data-label={t('product')}>
        {line.quantity} × {line.orderItem.name}
      </th>
      {AMOUNTS.map((amount) => (
        <td key={amount} className="number" data-label={t(amount)}>
          <Money of={line[amount]} />
        </td>
      ))}
    </tr>
  );
}
