import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import {
  ConvertToReturnDocument,
  type RequestFieldsFragment,
  type UserErrorFieldsFragment,
  WithdrawRequestDocument,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { ConfirmDialog } from './ConfirmDialog';
import { CommandError } from './feedback';
import { useCommand } from './useCommand';

interface Variables {
  input: { requestId: string; expectedVersion: number };
  locale: string;
}

interface Question {
  document: TypedDocumentNode<Record<string, { userErrors: readonly UserErrorFieldsFragment[] }>, Variables>;
  title: 'takeRequestBackTitle' | 'convertTitle';
  text: 'takeRequestBackText' | 'convertText';
  danger: boolean;
}

const QUESTIONS = {
  takeBack: {
    document: WithdrawRequestDocument,
    title: 'takeRequestBackTitle',
    text: 'takeRequestBackText',
    danger: true,
  },
  convert: { document: ConvertToReturnDocument, title: 'convertTitle', text: 'convertText', danger: false },
} as const satisfies Record<string, Question>;

interface QuestionDialogProps {
  /** Whether the request is taken back, or becomes a return because its package has left. */
  question: keyof typeof QUESTIONS;
  request: RequestFieldsFragment;
  onDone: () => void;
  onClose: () => void;
}

/** Asks before something is done with a request that needs nothing but a yes. */
export default function QuestionDialog({ question, request, onDone, onClose }: QuestionDialogProps) {
  const { t, language: locale } = useI18n();
  const { document, title, text, danger }: Question = QUESTIONS[question];
  const { send, busy, failure } = useCommand(document);
  const confirm = async () => {
    const input = { requestId: request.id, expectedVersion: request.version };
    if (!(await send({ input, locale }))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t(title)}
      confirmLabel={t('yes')}
      closeLabel={t('no')}
      alert
      danger={danger}
      busy={busy}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{t(text, { number: request.number })}</p>
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
