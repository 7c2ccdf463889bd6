import { useEffect, useRef, useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError, type CommandFailure, type NameOf } from '../components/feedback';
import { RefundPreview } from '../components/RefundPreview';
import { useAdjustments } from '../components/useAdjustments';
import {
  type ApplyCancellationInput,
  type OwnerOrderFieldsFragment,
  PreviewCancellationDocument,
  type TransactionType,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { OF_CANCELLATIONS } from './applyCommands';

interface ApplyDialogProps {
  order: OwnerOrderFieldsFragment;
  transaction: TransactionType;
  commands: readonly ApplyCancellationInput[];
  nameOf: NameOf;
  busy: boolean;
  failure: CommandFailure | null;
  /** Called with the commands and what the dialog adds to them. */
  onConfirm: (commands: readonly ApplyCancellationInput[]) => void;
  onClose: () => void;
}

const keyOf = ({ requestId }: ApplyCancellationInput) => String(requestId ?? '');

/** "Order Cancel?" with the expected refund. Yes is enabled if the server would carry out every command. */
export function ApplyDialog(props: ApplyDialogProps) {
  const { order, transaction, commands, nameOf, busy, failure, onConfirm, onClose } = props;
  const { t } = useI18n();
  const [possible, setPossible] = useState<Record<string, boolean>>({});
  const adjusted = useRef<Record<string, ApplyCancellationInput>>({});
  const setPossibleFor = (key: string, isPossible: boolean) =>
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
      canConfirm={commands.every((command) => possible[keyOf(command)])}
      onConfirm={() => onConfirm(commands.map((command) => adjusted.current[keyOf(command)] ?? command))}
      onClose={onClose}
    >
      <p>{cancels ? t('orderCancelText') : t('orderReturnText')}</p>
      {commands.map((command) => {
        const request = cancels && order.requests.find(({ id }) => id === command.requestId);
        const onPossibleChange = (isPossible: boolean) => setPossibleFor(keyOf(command), isPossible);
        const adjust = (input: ApplyCancellationInput) => {
          adjusted.current[keyOf(command)] = input;
        };
        return request ? (
          <Adjusted
            key={request.id}
            request={request}
            command={command}
            onAdjust={adjust}
            onPossibleChange={onPossibleChange}
          />
        ) : (
          <RefundPreview
            key={keyOf(command)}
            document={PreviewCancellationDocument}
            input={command}
            nameOf={nameOf}
            onPossibleChange={onPossibleChange}
          />
        );
      })}
      <CommandError failure={failure} nameOf={nameOf} />
    </ConfirmDialog>
  );
}

interface AdjustedProps {
  request: OwnerOrderFieldsFragment['requests'][number];
  command: ApplyCancellationInput;
  onAdjust: (command: ApplyCancellationInput) => void;
  onPossibleChange: (possible: boolean) => void;
}

/** The refund of a request that is decided, with what is added to it or kept from it. */
function Adjusted({ request, command, onAdjust, onPossibleChange }: AdjustedProps) {
  const { fields, input, forPreview, incomplete } = useAdjustments({
    name: `apply.${request.id}.${request.version}`,
    orderId: request.order.id,
    sellerId: request.seller.id,
    ...OF_CANCELLATIONS,
  });
  useEffect(() => onAdjust({ ...command, adjustments: input }));
  return (
    <>
      {fields}
      <RefundPreview
        document={PreviewCancellationDocument}
        input={{ ...command, adjustments: forPreview }}
        incomplete={incomplete}
        onPossibleChange={onPossibleChange}
      />
    </>
  );
}
