import { useState } from 'react';
import { BusyButton } from '../components/BusyButton';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { TextInput } from '../components/Fields';
import { CommandError, Note } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import { RevokeTokensDocument } from '../gql/administration';
import { useI18n } from '../i18n/I18n';

/** Ends the tokens of a person or system, if it has left or one of them was stolen. */
export function RevokeTokens() {
  const { t } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(RevokeTokensDocument);
  const [subject, setSubject] = useState('');
  const [asking, setAsking] = useState(false);
  const [revoked, setRevoked] = useState<string | null>(null);
  const name = subject.trim();
  const close = () => {
    setAsking(false);
    clearFailure();
  };
  const revoke = async () => {
    if (!(await send({ input: { subject: name } }))) return;
    setAsking(false);
    setRevoked(name);
    setSubject('');
  };
  return (
    <section className="card fields" aria-label={t('revokeTokens')}>
      <h2>{t('revokeTokens')}</h2>
      <TextInput
        label={t('tokenSubject')}
        hint={t('tokenSubjectHint')}
        value={subject}
        onChange={(subject) => {
          setRevoked(null);
          setSubject(subject);
        }}
      />
      {revoked && <Note tone="good">{t('tokensRevoked', { name: revoked })}</Note>}
      <div className="actions start">
        <BusyButton className="button danger" possible={name !== ''} onPress={() => setAsking(true)}>
          {t('revokeTokens')}
        </BusyButton>
      </div>
      {asking && (
        <ConfirmDialog
          title={t('revokeTokensOf', { name })}
          confirmLabel={t('revokeTokens')}
          closeLabel={t('goBack')}
          alert
          danger
          busy={busy}
          onConfirm={revoke}
          onClose={close}
        >
          <p>{t('revokeTokensText')}</p>
          <CommandError failure={failure} />
        </ConfirmDialog>
      )}
    </section>
  );
}
