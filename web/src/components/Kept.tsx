import type { AdjustmentFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Fact, Money } from './display';

type Adjustment = AdjustmentFieldsFragment;

/** What a plan adds to its lines or keeps from them, and why. What comes to nothing is left out. */
export function Kept({ adjustments }: { adjustments: readonly Adjustment[] }) {
  return adjustments
    .filter(({ amount }) => Number(amount.amount) !== 0)
    .map((adjustment) => (
      <Fact key={keyOf(adjustment)} term={<What adjustment={adjustment} />}>
        <Money of={adjustment.amount} />
      </Fact>
    ));
}

/** Whether there is anything to say. */
export const isKept = (adjustments: readonly Adjustment[]) =>
  adjustments.some(({ amount }) => Number(amount.amount) !== 0);

/** No two adjustments of a plan have all of this in common, unless they say the same. */
const keyOf = ({ kind, rule, reason, orderItem, amount }: Adjustment) =>
  [kind, rule, reason, orderItem?.id, amount.amount].join();

/** The kind, the rule or the item, the reason, and the person who decided it if no rule did. */
function What({ adjustment: { kind, rule, orderItem, reason, byRole } }: { adjustment: Adjustment }) {
  const { t, enumLabel } = useI18n();
  return (
    <>
      {[enumLabel('adjustmentKind', kind), rule, orderItem?.name].filter(Boolean).join(' · ')}
      {reason && (
        <>
          {' '}
          <q>{reason}</q>
        </>
      )}
      {byRole !== 'SYSTEM' && ` (${t('decidedBy', { name: enumLabel('role', byRole) })})`}
    </>
  );
}
