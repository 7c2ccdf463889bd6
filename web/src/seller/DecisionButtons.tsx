import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { QuantityField } from '../components/QuantityField';
import { RefundPreview } from '../components/RefundPreview';
import { RejectDialog } from '../components/RejectDialog';
import { useCommand } from '../components/useCommand';
import {
  ConfirmRequestDocument,
  PreviewConfirmationDocument,
  RejectRequestDocument,
  type RequestFieldsFragment,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

/** Buttons to confirm a request, in everything or in part, or to reject it, if the server allows it now. */
export function DecisionButtons({ request }: { request: RequestFieldsFragment }) {
  const { t } = useI18n();
  const [openDialog, setOpenDialog] = useState<'confirm' | 'reject' | null>(null);
  const isAllowed = (action: string) =>
    request.allowedActions.some((allowed) => allowed.action === action && allowed.enabled);
  const close = () => setOpenDialog(null);
  return (
    <div className="actions start">
      {isAllowed('CONFIRM_REQUEST') && (
        <Button
          className="button primary"
          aria-label={t('confirmTitle', { number: request.number })}
          onPress={() => setOpenDialog('confirm')}
        >
          {t('confirm')}
        </Button>
      )}
      {isAllowed('REJECT_REQUEST') && (
        <Button
          className="button"
          aria-label={t('rejectTitle', { number: request.number })}
          onPress={() => setOpenDialog('reject')}
        >
          {t('reject')}
        </Button>
      )}
      {openDialog === 'confirm' && <Confirm request={request} onClose={close} />}
      {openDialog === 'reject' && (
        <RejectDialog request={request} document={RejectRequestDocument} onClose={close} />
      )}
    </div>
  );
}

function Confirm({ request, onClose }: { request: RequestFieldsFragment; onClose: () => void }) {
  const { t, language: locale } = useI18n();
  const { send, busy, failure } = useCommand(ConfirmRequestDocument);
  const [units, setUnits] = useState<Record<string, number>>({});
  const [canConfirm, setCanConfirm] = useState(false);
  const unitsOf = (item: RequestFieldsFragment['items'][number]) => units[item.orderItem.id] ?? item.quantity;
  const partial = request.transaction === 'REFUND';

  const everything = request.items.every((item) => unitsOf(item) === item.quantity);
  const items = request.items.map((item) => ({ orderItemId: item.orderItem.id, quantity: unitsOf(item) }));
  const input = { requestId: request.id, items: everything ? null : items, expectedVersion: request.version };

  const nameOf = (index: number) => request.items[index]?.orderItem.name;
  const confirm = async () => {
    if (await send({ input, locale })) onClose();
  };

  return (
    <ConfirmDialog
      title={t('confirmTitle', { number: request.number })}
      confirmLabel={t('confirm')}
      closeLabel={t('goBack')}
      open
      busy={busy}
      canConfirm={canConfirm}
      onConfirm={confirm}
      onClose={onClose}
    >
      {partial &&
        request.items.map((item) => (
          <QuantityField
            key={item.orderItem.id}
            label={t('acceptedQuantity', { name: item.orderItem.name })}
            value={unitsOf(item)}
            min={0}
            max={item.quantity}
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
      <RefundPreview
        document={PreviewConfirmationDocument}
        input={input}
        nameOf={nameOf}
        onPossibleChange={setCanConfirm}
      />
      <CommandError failure={failure} nameOf={nameOf} />
    </ConfirmDialog>
  );
}
