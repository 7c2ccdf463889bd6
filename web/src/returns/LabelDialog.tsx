import './texts';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import {
  type HandledLabelFieldsFragment,
  RetryLabelDocument,
  type UserErrorFieldsFragment,
  VoidLabelDocument,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { numberOf } from './labelFile';
import type { LabelTask } from './ReturnActions';
import type { ReturnDialogProps } from './useReturnDialogs';

interface Question {
  document: TypedDocumentNode<
    Record<string, { userErrors: readonly UserErrorFieldsFragment[] }>,
    { input: { labelId: string; expectedVersion: number } }
  >;
  title: 'retryLabelTitle' | 'voidLabelTitle';
  text: 'retryLabelText' | 'voidLabelText';
  confirm: 'retry' | 'voidLabel';
}

const QUESTIONS: Record<LabelTask, Question> = {
  retryLabel: {
    document: RetryLabelDocument,
    title: 'retryLabelTitle',
    text: 'retryLabelText',
    confirm: 'retry',
  },
  voidLabel: {
    document: VoidLabelDocument,
    title: 'voidLabelTitle',
    text: 'voidLabelText',
    confirm: 'voidLabel',
  },
};

interface LabelDialogProps extends ReturnDialogProps {
  task: LabelTask;
  label: HandledLabelFieldsFragment;
}

/** Asks before a label is ordered again, or voided. */
export default function LabelDialog({ task, shipment, label, onDone, onClose }: LabelDialogProps) {
  const { t } = useI18n();
  const { document, title, text, confirm } = QUESTIONS[task];
  const { send, busy, failure } = useCommand(document);
  const carryOut = async () => {
    if (!(await send({ input: { labelId: label.id, expectedVersion: label.version } }))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t(title, { number: numberOf(shipment, label) })}
      confirmLabel={t(confirm)}
      closeLabel={t('goBack')}
      alert={task === 'voidLabel'}
      danger={task === 'voidLabel'}
      busy={busy}
      onConfirm={carryOut}
      onClose={onClose}
    >
      <p>{t(text)}</p>
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
