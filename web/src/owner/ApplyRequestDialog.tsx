import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { ANY_TEXT, everythingOf, leavesRest, RELEASED, restInput, tickedItems } from '../components/decision';
import { CommandError } from '../components/feedback';
import { RefundPreview } from '../components/RefundPreview';
import { TickedFields } from '../components/TickedFields';
import { useAdjustments } from '../components/useAdjustments';
import { useCommand } from '../components/useCommand';
import { useStoredDraft } from '../components/useStoredDraft';
import {
  ApplyCancellationDocument,
  PreviewCancellationDocument,
  type RequestFieldsFragment,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { asksOverride, NO_OVERRIDE, OF_CANCELLATIONS, overrideInput } from './applyCommands';
import { OverrideFields } from './OverrideFields';

interface ApplyRequestDialogProps {
  request: RequestFieldsFragment;
  onDone: () => void;
  onClose: () => void;
}

/** "Order Cancel?" for one request, product by product: what is ticked is canceled, and nothing else. */
export default function ApplyRequestDialog({ request, onDone, onClose }: ApplyRequestDialogProps) {
  const { t, language: locale } = useI18n();
  const { send, busy, failure } = useCommand(ApplyCancellationDocument);
  const name = `apply.${request.id}.${request.version}`;
  const { draft, change, discard } = useStoredDraft(name, {
    ticked: everythingOf(request),
    choice: RELEASED,
    override: NO_OVERRIDE,
  });
  const { ticked, choice, override } = draft;
  const [possible, setPossible] = useState(false);
  const overrides = asksOverride(request);
  const partly = leavesRest(request, ticked);
  const adjustments = useAdjustments({
    name,
    orderId: request.order.id,
    sellerId: request.seller.id,
    ...OF_CANCELLATIONS,
  });

  const decision = {
    transaction: request.transaction,
    confirm: true,
    requestId: request.id,
    expectedVersion: request.version,
    ...(partly ? { accept: tickedItems(request, ticked) } : {}),
  };
  const apply = async () => {
    const input = {
      ...decision,
      ...(partly ? restInput(choice) : {}),
      ...(overrides ? overrideInput(override) : {}),
      adjustments: adjustments.input,
    };
    if (!(await send({ input, locale }))) return;
    discard();
    adjustments.discard();
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('orderCancel')}
      confirmLabel={t('yes')}
      closeLabel={t('no')}
      alert
      danger
      busy={busy}
      canConfirm={possible}
      onConfirm={apply}
      onClose={onClose}
    >
      <p>{t('orderCancelText')}</p>
      <TickedFields
        request={request}
        ticked={ticked}
        choice={choice}
        onTick={(next) => change({ ...draft, ticked: next })}
        onChoose={(next) => change({ ...draft, choice: next })}
      />
      {adjustments.fields}
      {overrides && (
        <OverrideFields override={override} onChange={(next) => change({ ...draft, override: next })} />
      )}
      <RefundPreview
        document={PreviewCancellationDocument}
        input={{
          ...decision,
          ...(partly ? restInput({ ...choice, reason: ANY_TEXT }) : {}),
          ...(overrides ? overrideInput({ on: true, note: ANY_TEXT }) : {}),
          adjustments: adjustments.forPreview,
        }}
        incomplete={adjustments.incomplete}
        onPossibleChange={setPossible}
      />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
