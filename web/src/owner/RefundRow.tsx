import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { type RefundPartsFragment, RetryRefundDocument, SettleRefundDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Ask } from '../parts/Ask';
import { useCommand } from '../parts/command';
import { Words } from '../parts/Fields';
import { Badge, Money, When } from '../parts/Show';
import { Refusal } from '../parts/States';

/** One movement of money with its attempts; where it failed, retry it or settle it by hand. */
export function RefundRow({ refund, onDone }: { refund: RefundPartsFragment; onDone?: () => void }) {
  const { t, word, money } = useI18n();
  const [settling, setSettling] = useState(false);
  const retry = useCommand(RetryRefundDocument);
  const offered = (action: string) =>
    refund.allowedActions.some((one) => one.action === action && one.enabled);
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
          {refund.attempts.map((one) => (
            <li key={one.number} className="quiet">
              <When at={one.startedAt} /> · {one.outcome ? word('refundStatus', one.outcome) : t('underWay')}
              {one.message && ` · ${one.message}`}
            </li>
          ))}
        </ol>
      )}
      <Refusal refused={retry.refused} />
      <div className="actions start">
        {offered('RETRY_REFUND') && (
          <Button
            className="button"
            aria-label={`${t('retry')}: ${name}`}
            isDisabled={retry.busy}
            onPress={send}
          >
            {t('retry')}
          </Button>
        )}
        {offered('SETTLE_REFUND') && (
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

function Settle({ refund, onClose }: { refund: RefundPartsFragment; onClose: (done: boolean) => void }) {
  const { t } = useI18n();
  const { send, busy, refused } = useCommand(SettleRefundDocument);
  const [reference, setReference] = useState('');
  const settle = async () => {
    if (await send({ input: { refundId: refund.id, reference, expectedVersion: refund.version } }))
      onClose(true);
  };
  return (
    <Ask
      title={t('settleTitle')}
      yes={t('settle')}
      no={t('cancel')}
      open
      busy={busy}
      onYes={settle}
      onClose={() => onClose(false)}
    >
      <Words label={t('reference')} hint={t('referenceHint')} value={reference} onChange={setReference} />
      <Refusal refused={refused} />
    </Ask>
  );
}
