import { ConfirmDialog } from '../components/ConfirmDialog';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { PublishMessageTemplateDocument, SaveMessageTemplateDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import type { Kind, Wording } from './wording';

interface PublishDialogProps {
  kind: Kind;
  wording: Wording;
  onDone: () => void;
  onClose: () => void;
}

/** The question before messages are made by new words, which are saved first. */
export default function PublishDialog({ kind, wording, onDone, onClose }: PublishDialogProps) {
  const { t } = useI18n();
  const saving = useCommand(SaveMessageTemplateDocument);
  const publishing = useCommand(PublishMessageTemplateDocument);
  const publish = async () => {
    const answer = await saving.send({ input: { ...kind, ...wording } });
    const templateId = answer?.saveMessageTemplate.template?.id;
    if (!templateId || !(await publishing.send({ input: { templateId } }))) return;
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('publishTemplateTitle')}
      confirmLabel={t('publish')}
      closeLabel={t('goBack')}
      alert
      busy={saving.busy || publishing.busy}
      onConfirm={publish}
      onClose={onClose}
    >
      <p>{t('publishTemplateText')}</p>
      <CommandError failure={saving.failure ?? publishing.failure} />
    </ConfirmDialog>
  );
}
