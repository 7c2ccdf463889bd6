import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import type { NameOf } from '../components/feedback';
import { RefundPreview } from '../components/RefundPreview';
import {
  type ApplyCancellationInput,
  PreviewCancellationDocument,
  type TransactionType,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';

interface ApplyDialogProps {
  transaction: TransactionType;
  commands: readonly ApplyCancellationInput[];
  nameOf: NameOf;
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** "Order Cancel?" with the expected refund. Yes is enabled if the server would carry out every command. */
export function ApplyDialog({ transaction, commands, nameOf, busy, onConfirm, onClose }: ApplyDialogProps) {
  const { t } = useI18n();
  const [possible, setPossible] = useState<Record<string, boolean>>({});
  const setPossibleFor = (key: string | number, isPossible: boolean) =>
    setPossible((current) => (current[key] === isPossible ? current : { ...current, [key]: isPossible }));
  const cancels = transaction === 'CANCEL';
  return (
    <ConfirmDialog
      title={cancels ? t('orderCancel') : t('orderReturn')}
      confirmLabel={t('yes')}
      closeLabel={t('no')}
      alert
      danger={cancels}
      busy={busy}
      canConfirm={commands.every((command) => possible[command.requestId ?? ''])}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p>{cancels ? t('orderCancelText') : t('orderReturnText')}</p>
      {commands.map((command) => (
        <RefundPreview
          key={command.requestId ?? ''}
          document={PreviewCancellationDocument}
          input={command}
          nameOf={nameOf}
          onPossibleChange={(isPossible) => setPossibleFor(command.requestId ?? '', isPossible)}
        />
      ))}
    </ConfirmDialog>
  );
}
