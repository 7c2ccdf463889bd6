import { lazy } from 'react';
import { Button } from 'react-aria-components/Button';
import { Money } from '../components/display';
import { usePageDialog } from '../components/usePageDialog';
import type { ShortfallFieldsFragment } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

const ShortfallDialog = lazy(() => import('./ShortfallDialog'));

/** What refunds fall short of their plans' totals, each with the button that names the movement which paid it. */
export function ShortfallList({ plans }: { plans: readonly ShortfallFieldsFragment[] }) {
  const { t } = useI18n();
  const { open, dialog } = usePageDialog<ShortfallFieldsFragment>((plan, { onDone, onClose }) => (
    <ShortfallDialog
      plan={plan}
      onDone={() => onDone(t('shortfallDone', { number: plan.request.number }))}
      onClose={onClose}
    />
  ));
  const short = plans.filter(({ shortfall }) => Number(shortfall.amount) > 0);
  return (
    <>
      {dialog}
      {short.length > 0 && (
        <ul className="refunds" aria-label={t('shortfalls')}>
          {short.map((plan) => (
            <li key={plan.id} className="refund">
              <p>
                {t('requestNumber', { number: plan.request.number })}: {t('shortfallText')}{' '}
                <strong>
                  <Money of={plan.shortfall} />
                </strong>
              </p>
              {plan.allowedActions.some(
                ({ action, enabled }) => action === 'SETTLE_SHORTFALL' && enabled,
              ) && (
                <div className="actions start">
                  <Button
                    className="button"
                    aria-label={t('settleShortfallOf', { number: plan.request.number })}
                    onPress={() => open(plan)}
                  >
                    {t('settleShortfall')}
                  </Button>
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
