import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import {
  DeleteWebhookEndpointDocument,
  type EndpointFieldsFragment,
  ReplayWebhookDeliveriesDocument,
  RotateWebhookSecretDocument,
} from '../gql/administration';
import { useI18n } from '../i18n/I18n';

const TEXTS = {
  rotate: ['newSecret', 'newSecretText'],
  replay: ['replayFailed', 'replayFailedText'],
  delete: ['remove', 'removeEndpointText'],
} as const;
export type EndpointQuestion = keyof typeof TEXTS;

interface EndpointQuestionDialogProps {
  question: EndpointQuestion;
  endpoint: EndpointFieldsFragment;
  /** Called with the new secret, if there is one. */
  onDone: (secret: string | null) => void;
  onClose: () => void;
}

/** Asks before an endpoint gets a new secret or the failed deliveries again, or is removed. */
export default function EndpointQuestionDialog(props: EndpointQuestionDialogProps) {
  const { question, endpoint, onDone, onClose } = props;
  const { t } = useI18n();
  const rotates = useCommand(RotateWebhookSecretDocument);
  const replays = useCommand(ReplayWebhookDeliveriesDocument);
  const deletes = useCommand(DeleteWebhookEndpointDocument);
  const { busy, failure } = { rotate: rotates, replay: replays, delete: deletes }[question];
  const [title, text] = TEXTS[question];
  const endpointId = endpoint.id;
  const confirm = async () => {
    const answers = {
      rotate: () => rotates.send({ input: { endpointId } }),
      replay: () => replays.send({ input: { endpointId, failed: true } }),
      delete: () => deletes.send({ input: { endpointId } }),
    };
    const done = await answers[question]();
    if (!done) return;
    onClose();
    onDone('rotateWebhookSecret' in done ? (done.rotateWebhookSecret.secret ?? null) : null);
  };
  return (
    <ConfirmDialog
      title={t(title)}
      confirmLabel={t('yes')}
      closeLabel={t('no')}
      alert
      danger={question === 'delete'}
      busy={busy}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{t(text, { url: endpoint.url })}</p>
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
