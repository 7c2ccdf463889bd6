import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { BusyButton } from '../components/BusyButton';
import { tickedItems } from '../components/decision';
import { CommandError } from '../components/feedback';
import { RefundPreview } from '../components/RefundPreview';
import { useCommand } from '../components/useCommand';
import {
  DeclareWithdrawalDocument,
  PreviewWithdrawalDocument,
  type WithdrawalFieldsFragment,
  type WithdrawalPreviewFieldsFragment,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import type { Choice } from './Choose';
import { Term } from './Term';

interface ConfirmProps {
  orderId: string;
  /** What could be chosen from. */
  preview: WithdrawalPreviewFieldsFragment;
  choice: Choice;
  onBack: () => void;
  onDone: (withdrawals: readonly WithdrawalFieldsFragment[]) => void;
}

/** The second step: the statement and what follows from it, and the button that declares it. */
export function Confirm({ orderId, preview, choice, onBack, onDone }: ConfirmProps) {
  const { t, language } = useI18n();
  const { send, busy, failure } = useCommand(DeclareWithdrawalDocument);
  const [shown, setShown] = useState<WithdrawalPreviewFieldsFragment | null>(null);
  const [refusals, setRefusals] = useState(0);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const input = {
    orderId,
    items: tickedItems(preview, choice.units),
    receiptTo: choice.receiptTo.trim() || null,
  };
  const declare = async (hash: string) => {
    const answer = await send({ input: { ...input, hash } });
    if (answer) return onDone(answer.declareWithdrawal.withdrawals);
    setShown(null);
    setRefusals(refusals + 1); // the statement may be another one by now
  };
  return (
    <section className="card narrow fields" aria-labelledby="statement">
      <h2 id="statement" ref={heading} tabIndex={-1}>
        {t('yourStatement')}
      </h2>
      {shown?.statement && <blockquote className="statement">{shown.statement}</blockquote>}
      {shown?.hash && (
        <>
          <h3>{t('whatFollows')}</h3>
          <ul>
            {shown.items.map((item) => (
              <li key={item.orderItem.id}>
                {item.quantity} × {item.orderItem.name}:{' '}
                {t(item.transaction === 'CANCEL' ? 'followsCancel' : 'followsReturn')}
                {(item.late || item.exemption) && <Term item={item} />}
              </li>
            ))}
          </ul>
        </>
      )}
      <RefundPreview
        key={`${refusals} ${language}`} // the statement is in the language of the page
        document={PreviewWithdrawalDocument}
        input={input}
        onShown={setShown}
      />
      {shown?.refundDueAt && <MoneyUntil preview={shown} at={shown.refundDueAt} />}
      <CommandError failure={failure} />
      <div className="actions start">
        <Button className="button" onPress={onBack}>
          {t('goBack')}
        </Button>
        <BusyButton
          className="button primary"
          busy={busy}
          possible={Boolean(shown?.hash)}
          onPress={() => shown?.hash && void declare(shown.hash)}
        >
          {t('confirmWithdrawal')}
        </BusyButton>
      </div>
    </section>
  );
}

/** Until when the money goes back, and what the money of goods waits for. */
function MoneyUntil({ preview, at }: { preview: WithdrawalPreviewFieldsFragment; at: string }) {
  const { t, day } = useI18n();
  const back = preview.items.some(({ transaction }) => transaction === 'REFUND');
  return (
    <p>
      {t('moneyUntil', { until: day(at) })} {back && t('moneyWaits')}
    </p>
  );
}
