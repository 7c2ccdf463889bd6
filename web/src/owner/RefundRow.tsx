import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { BusyButton } from '../components/BusyButton';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { Badge, Money, When } from '../components/display';
import { TextInput } from '../components/Fields';
import { CommandError, useFaults } from '../components/feedback';
import { toast } from '../components/toast';
import { useCommand } from '../components/useCommand';
import { type DialogEnds, usePageDialog } from '../components/usePageDialog';
import { type RefundFieldsFragment, RetryRefundDocument, SettleRefundDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

interface RefundRowProps {
  refund: RefundFieldsFragment;
  /** Opens the dialog that settles it. */
  onSettle: (refund: RefundFieldsFragment) => void;
}

/** One refund with its attempts, and buttons to retry it or to settle it manually. */
export function RefundRow({ refund, onSettle }: RefundRowProps) {
  const { t, enumLabel, money } = useI18n();
  const retry = useCommand(RetryRefundDocument);
  const isAllowed = (action: string) =>
    refund.allowedActions.some((allowed) => allowed.action === action && allowed.enabled);
  const method = enumLabel('paymentMethod', refund.payment.method);
  const name = `${money(refund.amount)}, ${method}`;
  const send = async () => {
    const answer = await retry.send({ input: { refundId: refund.id, expectedVersion: refund.version } });
    if (answer) toast(t('refundRetried', { name }), { focus: true }); // the button is gone
  };
  return (
    <li className="refund">
      <p className="badges">
        <strong>
          <Money of={refund.amount} />
        </strong>
        {method}
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
          <BusyButton label={`${t('retry')}: ${name}`} busy={retry.busy} onPress={send}>
            {t('retry')}
          </BusyButton>
        )}
        {isAllowed('SETTLE_REFUND') && (
          <Button className="button" aria-label={`${t('settle')}: ${name}`} onPress={() => onSettle(refund)}>
            {t('settle')}
          </Button>
        )}
      </div>
    </li>
  );
}

/** The dialog in which refunds of a page are settled, and the place of what is said about them. */
export const useSettling = () =>
  usePageDialog<RefundFieldsFragment>((refund, ends) => <SettleDialog refund={refund} {...ends} />);

/** Asks for the reference under which a refund was paid by hand. */
function SettleDialog({ refund, onDone, onClose }: DialogEnds & { refund: RefundFieldsFragment }) {
  const { t, money } = useI18n();
  const { send, busy, failure } = useCommand(SettleRefundDocument);
  const faultOf = useFaults(failure);
  const [reference, setReference] = useState('');
  const settle = async () => {
    if (!(await send({ input: { refundId: refund.id, reference, expectedVersion: refund.version } }))) return;
    onClose();
    onDone(t('refundSettled', { name: money(refund.amount), reference }));
  };
  return (
    <ConfirmDialog
      title={t('settleTitle')}
      confirmLabel={t('settle')}
      closeLabel={t('goBack')}
      busy={busy}
      onConfirm={settle}
      onClose={onClose}
    >
      <TextInput
        label={t('reference')}
        hint={t('referenceHint')}
        value={reference}
        fault={faultOf('reference')}
        first
        onChange={setReference}
      />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
