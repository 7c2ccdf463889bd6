import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { Badge, Money, When } from '../components/display';
import { TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { type RefundFieldsFragment, RetryRefundDocument, SettleRefundDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

/** One refund with its attempts, and buttons to retry it or to settle it manually. */
export function RefundRow({ refund, onDone }: { refund: RefundFieldsFragment; onDone?: () => void }) {
  const { t, enumLabel, money } = useI18n();
  const [settling, setSettling] = useState(false);
  const retry = useCommand(RetryRefundDocument);
  const isAllowed = (action: string) =>
    refund.allowedActions.some((allowed) => allowed.action === action && allowed.enabled);
  const name = `${money(refund.amount)}, ${refund.payment.method}`;
  const send = async () => {
    if (await retry.send({ input: { refundId: refund.id, expectedVersion: refund.version } })) onDone?.();
  };
  return (
    <li className="refund">
      <p className="badges">
        <strong>
          <Money of={refund.amount} />
        </strong>
        {refund.payment.method}
        <Badge kind="refundStatus" value={refund.status} />
        {refund.externalReference && <code>{refund.externalReference}</code>}
      </p>
      {refund.attempts.length > 0 && (
        <ol className="attempts" aria-label={t('attempts')}>
          {refund.attempts.map((attempt) => (
            <li key={attempt.number} className="quiet">
              <When at={attempt.startedAt} /> ·{' '}
              {attempt.outcome ? enumLabel('refundStatus', attempt.outcome) : t('inProgress')}
              {attempt.message && ` · ${attempt.message}`}
            </li>
          ))}
        </ol>
      )}
      <CommandError failure={retry.failure} />
      <div className="actions start">
        {isAllowed('RETRY_REFUND') && (
          <Button
            className="button"
            aria-label={`${t('retry')}: ${name}`}
            isDisabled={retry.busy}
            onPress={send}
          >
            {t('retry')}
          </Button>
        )}
        {isAllowed('SETTLE_REFUND') && (
          <Button className="button" aria-label={`${t('settle')}: ${name}`} onPress={() => setSettling(true)}>
            {t('settle')}
          </Button>
        )}
      </div>
      {settling && (
        <Settle
          refund={refund}
          onClose={(done) => {
            setSettling(false);
            if (done) onDone?.();
          }}
        />
      )}
    </li>
  );
}

function Settle({ refund, onClose }: { refund: RefundFieldsFragment; onClose: (done: boolean) => void }) {
  const { t } = useI18n();
  const { send, busy, failure } = useCommand(SettleRefundDocument);
  const [reference, setReference] = useState('');
  const settle = async () => {
    if (await send({ input: { refundId: refund.id, reference, expectedVersion: refund.version } }))
      onClose(true);
  };
  return (
    <ConfirmDialog
      title={t('settleTitle')}
      confirmLabel={t('settle')}
      closeLabel={t('goBack')}
      busy={busy}
      onConfirm={settle}
      onClose={() => onClose(false)}
    >
      <TextInput label={t('reference')} hint={t('referenceHint')} value={reference} onChange={setReference} />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
