import { useState } from 'react';
import {
  ConfirmRequestDocument,
  PreviewConfirmationDocument,
  type RequestFieldsFragment,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { ConfirmDialog } from './ConfirmDialog';
import { ANY_TEXT, everythingOf, leavesRest, RELEASED, restInput, tickedItems } from './decision';
import { TextInput } from './Fields';
import { CommandError, useFaults } from './feedback';
import { RefundPreview } from './RefundPreview';
import { TickedFields } from './TickedFields';
import { EVERY_BEARER, useAdjustments } from './useAdjustments';
import { useCommand } from './useCommand';
import { useStoredDraft } from './useStoredDraft';

/** A seller keeps no fees but those of its terms, and decides at its own expense. */
const BY_SELLER = { kinds: ['ALLOWANCE', 'SHIPPING', 'DEDUCTION', 'REVERSAL'], bearers: ['SELLER'] } as const;
const BY_OWNER = { kinds: [...BY_SELLER.kinds, 'FEE'], bearers: EVERY_BEARER } as const;

interface ConfirmRequestDialogProps {
  request: RequestFieldsFragment;
  /** The owner confirms for the seller, and says why. */
  onBehalf?: boolean;
  onDone: () => void;
  onClose: () => void;
}

/** Confirms a return product by product, or the cancellation of a package that has been shipped. */
export default function ConfirmRequestDialog(props: ConfirmRequestDialogProps) {
  const { request, onBehalf = false, onDone, onClose } = props;
  const { t, language: locale } = useI18n();
  const { send, busy, failure } = useCommand(ConfirmRequestDocument);
  const faultOf = useFaults(failure);
  const name = `confirm.${request.id}.${request.version}`;
  const { draft, change, discard } = useStoredDraft(name, {
    ticked: everythingOf(request),
    choice: RELEASED,
    note: '',
  });
  const { ticked, choice, note } = draft;
  const [canConfirm, setCanConfirm] = useState(false);
  const decidesParts = request.transaction === 'REFUND';
  const partly = leavesRest(request, ticked);
  const adjustments = useAdjustments({
    name,
    orderId: request.order.id,
    sellerId: request.seller.id,
    ...(onBehalf ? BY_OWNER : { ...BY_SELLER, goodsOf: request.id }),
  });

  const items = partly ? tickedItems(request, ticked) : null;
  const decision = { requestId: request.id, items, expectedVersion: request.version };
  const input = {
    ...decision,
    ...(partly ? restInput(choice) : {}),
    ...(onBehalf ? { note: note.trim() || null } : {}),
    adjustments: adjustments.input,
  };
  const forPreview = {
    ...decision,
    ...(partly ? restInput({ ...choice, reason: ANY_TEXT }) : {}),
    ...(onBehalf ? { note: ANY_TEXT } : {}),
    adjustments: adjustments.forPreview,
  };
  const nameOf = (index: number) => {
    const id = items?.[index]?.orderItemId;
    return request.items.find(({ orderItem }) => orderItem.id === id)?.orderItem.name;
  };
  const confirm = async () => {
    if (!(await send({ input, locale }))) return;
    discard();
    adjustments.discard();
    onClose();
    onDone();
  };

  return (
    <ConfirmDialog
      title={t('confirmTitle', { number: request.number })}
      confirmLabel={t('confirm')}
      closeLabel={t('goBack')}
      busy={busy}
      canConfirm={canConfirm}
      onConfirm={confirm}
      onClose={onClose}
    >
      {onBehalf && <p>{t('confirmOnBehalfText', { name: request.seller.name })}</p>}
      {decidesParts ? (
        <TickedFields
          request={request}
          ticked={ticked}
          choice={choice}
          onTick={(next) => change({ ...draft, ticked: next })}
          onChoose={(next) => change({ ...draft, choice: next })}
        />
      ) : (
        <ul>
          {request.items.map((item) => (
            <li key={item.orderItem.id}>
              {item.quantity} × {item.orderItem.name}
            </li>
          ))}
        </ul>
      )}
      {decidesParts && adjustments.fields}
      {onBehalf && (
        <TextInput
          label={t('decisionNote')}
          hint={t('decisionNoteHint')}
          value={note}
          fault={faultOf('note')}
          long
          onChange={(next) => change({ ...draft, note: next })}
        />
      )}
      <RefundPreview
        document={PreviewConfirmationDocument}
        input={forPreview}
        incomplete={adjustments.incomplete}
        nameOf={nameOf}
        onPossibleChange={setCanConfirm}
      />
      <CommandError failure={failure} nameOf={nameOf} />
    </ConfirmDialog>
  );
}
