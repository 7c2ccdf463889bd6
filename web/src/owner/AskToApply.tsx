import { useState } from 'react';
import {
  type ApplyCancellationInput,
  PreviewCancellationDocument,
  type TransactionType,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Ask } from '../parts/Ask';
import { MoneyPreview } from '../parts/MoneyPreview';
import type { NameOf } from '../parts/States';

interface AskToApplyProps {
  transaction: TransactionType;
  commands: readonly ApplyCancellationInput[];
  nameOf: NameOf;
  busy: boolean;
  onYes: () => void;
  onClose: () => void;
}

/** "Order Cancel?" with what each command would pay back; Yes is for what the server would carry out. */
export function AskToApply({ transaction, commands, nameOf, busy, onYes, onClose }: AskToApplyProps) {
  const { t } = useI18n();
  const [possible, setPossible] = useState<Record<string, boolean>>({});
  const note = (key: string | number, is: boolean) =>
    setPossible((known) => (known[key] === is ? known : { ...known, [key]: is }));
  const cancels = transaction === 'CANCEL';
  return (
    <Ask
      title={cancels ? t('orderCancel') : t('orderReturn')}
      yes={t('yes')}
      no={t('no')}
      alert
      danger={cancels}
      open
      busy={busy}
      ready={commands.every((one) => possible[one.requestId ?? ''])}
      onYes={onYes}
      onClose={onClose}
    >
      <p>{cancels ? t('orderCancelText') : t('orderReturnText')}</p>
      {commands.map((one) => (
        <MoneyPreview
          key={one.requestId ?? ''}
          document={PreviewCancellationDocument}
          input={one}
          nameOf={nameOf}
          onAnswer={(is) => note(one.requestId ?? '', is)}
        />
      ))}
    </Ask>
  );
}
