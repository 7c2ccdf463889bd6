import { Button } from 'react-aria-components/Button';
import { BusyButton } from '../components/BusyButton';
import { CommandError } from '../components/feedback';
import { useCommand } from '../components/useCommand';
import {
  RejectWithdrawalDocument,
  type UnverifiedFieldsFragment,
  VerifyWithdrawalDocument,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import './unverified';

interface WasItYouProps {
  withdrawal: UnverifiedFieldsFragment;
  /** Called with what is said on the page afterwards. */
  onDone: (message: string) => void;
}

/** What somebody has declared about the customer's order without an account, to confirm or to deny. */
export default function WasItYou({ withdrawal, onDone }: WasItYouProps) {
  const { t, when, language: locale } = useI18n();
  const verify = useCommand(VerifyWithdrawalDocument);
  const reject = useCommand(RejectWithdrawalDocument);
  const input = { withdrawalId: withdrawal.id, expectedVersion: withdrawal.version };
  return (
    <section className="card narrow" aria-labelledby={withdrawal.id}>
      <h2 id={withdrawal.id}>{t('wasItYou')}</h2>
      <p>{t('wasItYouText', { at: when(withdrawal.declaredAt) })}</p>
      {withdrawal.statement && <blockquote className="statement">{withdrawal.statement}</blockquote>}
      <CommandError failure={verify.failure ?? reject.failure} />
      <div className="actions start">
        <Button
          className="button"
          onPress={async () => (await reject.send({ input, locale })) && onDone(t('withdrawalRejected'))}
        >
          {t('customerSaysNo')}
        </Button>
        <BusyButton
          className="button primary"
          busy={verify.busy || reject.busy}
          onPress={async () => (await verify.send({ input, locale })) && onDone(t('withdrawalConfirmed'))}
        >
          {t('confirmWithdrawal')}
        </BusyButton>
      </div>
    </section>
  );
}
