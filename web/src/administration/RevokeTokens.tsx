import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { type DialogEnds, usePageDialog } from '../components/usePageDialog';
import { RevokeTokensDocument } from '../gql/administration';
import { useI18n } from '../i18n/I18n';

/** Revokes the tokens of a person or system, also those of an identity provider, after a question. */
export function RevokeTokens() {
  const { t } = useI18n();
  const [subject, setSubject] = useState('');
  const { open, dialog } = usePageDialog<string>((subject, ends) => <Question subject={subject} {...ends} />);
  return (
    <section className="card fields" aria-label={t('revokeTokens')}>
      <h2>{t('revokeTokens')}</h2>
      <TextInput label={t('revokedSubject')} hint={t('revokeHint')} value={subject} onChange={setSubject} />
      <div className="actions start">
        <Button className="button danger" isDisabled={!subject.trim()} onPress={() => open(subject.trim())}>
          {t('revokeTokens')}
        </Button>
      </div>
      {dialog}
    </section>
  );
}

function Question({ subject, onDone, onClose }: DialogEnds & { subject: string }) {
  const { t } = useI18n();
  const { send, busy, failure } = useCommand(RevokeTokensDocument);
  const confirm = async () => {
    if (!(await send({ input: { subject } }))) return;
    onClose();
    onDone(t('tokensRevoked', { subject }));
  };
  return (
    <ConfirmDialog
      title={t('revokeTokens')}
      confirmLabel={t('yes')}
      closeLabel={t('no')}
      alert
      danger
      busy={busy}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{t('revokeText', { subject })}</p>
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
