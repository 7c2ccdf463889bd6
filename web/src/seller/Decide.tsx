import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import {
  ConfirmRequestDocument,
  PreviewConfirmationDocument,
  RejectRequestDocument,
  type RequestPartsFragment,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Ask } from '../parts/Ask';
import { useCommand } from '../parts/command';
import { MoneyPreview } from '../parts/MoneyPreview';
import { Reject } from '../parts/Reject';
import { Refusal } from '../parts/States';
import { Units } from '../parts/Units';

/** Confirm, whole or in part, or reject with a reason: what the server offers for this request now. */
export function Decide({ request }: { request: RequestPartsFragment }) {
  const { t } = useI18n();
  const [asking, setAsking] = useState<'confirm' | 'reject' | null>(null);
  const offered = (action: string) =>
    request.allowedActions.some((one) => one.action === action && one.enabled);
  const close = () => setAsking(null);
  return (
    <div className="actions start">
      {offered('CONFIRM_REQUEST') && (
        <Button
          className="button primary"
          aria-label={t('confirmTitle', { number: request.number })}
          onPress={() => setAsking('confirm')}
        >
          {t('confirm')}
        </Button>
      )}
      {offered('REJECT_REQUEST') && (
        <Button
          className="button"
          aria-label={t('rejectTitle', { number: request.number })}
          onPress={() => setAsking('reject')}
        >
          {t('reject')}
        </Button>
      )}
      {asking === 'confirm' && <Confirm request={request} onClose={close} />}
      {asking === 'reject' && <Reject request={request} document={RejectRequestDocument} onClose={close} />}
    </div>
  );
}

function Confirm({ request, onClose }: { request: RequestPartsFragment; onClose: () => void }) {
  const { t, language: locale } = useI18n();
  const { send, busy, refused } = useCommand(ConfirmRequestDocument);
  const [units, setUnits] = useState<Record<string, number>>({});
  const [possible, setPossible] = useState(false);
  const unitsOf = (item: RequestPartsFragment['items'][number]) => units[item.orderItem.id] ?? item.quantity;
  const partial = request.transaction === 'REFUND';

  const whole = request.items.every((item) => unitsOf(item) === item.quantity);
  const items = request.items.map((item) => ({ orderItemId: item.orderItem.id, quantity: unitsOf(item) }));
  const input = { requestId: request.id, items: whole ? [] : items, expectedVersion: request.version };

  const nameOf = (index: number) => request.items[index]?.orderItem.name;
  const confirm = async () => {
    if (await send({ input, locale })) onClose();
  };

  return (
    <Ask
      title={t('confirmTitle', { number: request.number })}
      yes={t('confirm')}
      no={t('cancel')}
      open
      busy={busy}
      ready={possible}
      onYes={confirm}
      onClose={onClose}
    >
      {partial &&
        request.items.map((item) => (
          <Units
            key={item.orderItem.id}
            label={t('acceptedQuantity', { name: item.orderItem.name })}
            value={unitsOf(item)}
            least={0}
            most={item.quantity}
            onChange={(count) => setUnits({ ...units, [item.orderItem.id]: count })}
          />
        ))}
      {!partial && (
        <ul>
          {request.items.map((item) => (
            <li key={item.orderItem.id}>
              {item.quantity} × {item.orderItem.name}
            </li>
          ))}
        </ul>
      )}
      <MoneyPreview
        document={PreviewConfirmationDocument}
        input={input}
        nameOf={nameOf}
        onAnswer={setPossible}
      />
      <Refusal refused={refused} nameOf={nameOf} />
    </Ask>
  );
}
