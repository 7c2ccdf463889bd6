import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Provider, useMutation } from 'urql';
import { BusyButton } from '../components/BusyButton';
import { EmailInput, TextInput } from '../components/Fields';
import { CommandError, Note } from '../components/feedback';
import {
  DeclareWithdrawalWithoutAccountDocument,
  type DeclareWithdrawalWithoutAccountInput,
} from '../gql/graphql';
import { anonymous } from '../graphql/anonymous';
import { useI18n } from '../i18n/I18n';
import './unverified';

interface Declared {
  statement?: string | null;
  hash?: string | null;
  declaredAt: string;
}

/** A withdrawal by somebody who is not signed in: name, order and address, then the statement to confirm. */
export default function WithoutAccount() {
  return (
    <Provider value={anonymous}>
      <Steps />
    </Provider>
  );
}

function Steps() {
  const { t, when } = useI18n();
  const [typed, setTyped] = useState({ orderNumber: '', name: '', email: '' });
  const [confirming, setConfirming] = useState(false);
  const [declared, setDeclared] = useState<Declared>();
  const heading = useRef<HTMLHeadingElement>(null);
  const step = declared ? 3 : confirming ? 2 : 1;
  useEffect(() => {
    if (step > 1) heading.current?.focus();
  }, [step]);
  const titles = { 1: t('withoutAccount'), 2: t('yourStatement'), 3: t('declaredWithoutAccount') };
  return (
    <section className="card narrow fields" aria-labelledby="without-account">
      <h2 id="without-account" ref={heading} tabIndex={-1}>
        {titles[step]}
      </h2>
      {step === 1 && <Typed typed={typed} onChange={setTyped} onContinue={() => setConfirming(true)} />}
      {step === 2 && <Confirm typed={typed} onBack={() => setConfirming(false)} onDeclared={setDeclared} />}
      {declared && (
        <>
          <p>
            {t('declaredAt')}: <time dateTime={declared.declaredAt}>{when(declared.declaredAt)}</time>
          </p>
          <blockquote className="statement">{declared.statement}</blockquote>
          <Note tone="good">{t('receiptOnItsWay')}</Note>
          <p className="quiet">
            {t('statementHash')} <code className="hash">{declared.hash}</code>
          </p>
          <p className="actions start">
            <Button className="button" onPress={() => print()}>
              {t('print')}
            </Button>
          </p>
        </>
      )}
    </section>
  );
}

interface ConfirmProps {
  typed: DeclareWithdrawalWithoutAccountInput;
  onBack: () => void;
  onDeclared: (declared: Declared) => void;
}

/** The second step; a refusal of what was typed is gone with it. */
function Confirm({ typed, onBack, onDeclared }: ConfirmProps) {
  const { t } = useI18n();
  const [{ fetching, data, error }, declare] = useMutation(DeclareWithdrawalWithoutAccountDocument);
  const confirm = async () => {
    const payload = (await declare({ input: typed })).data?.declareWithdrawalWithoutAccount;
    if (payload?.declaredAt) onDeclared({ ...payload, declaredAt: payload.declaredAt });
  };
  return (
    <>
      <blockquote className="statement">
        {t('withdrawAllOf', { number: typed.orderNumber })}
        <br />
        {t('yourName')}: {typed.name}
        <br />
        {t('receiptTo')}: {typed.email}
      </blockquote>
      <CommandError failure={{ errors: data?.declareWithdrawalWithoutAccount.userErrors ?? [], error }} />
      <div className="actions start">
        <Button className="button" onPress={onBack}>
          {t('goBack')}
        </Button>
        <BusyButton className="button primary" busy={fetching} onPress={() => void confirm()}>
          {t('confirmWithdrawal')}
        </BusyButton>
      </div>
    </>
  );
}

interface TypedProps {
  typed: DeclareWithdrawalWithoutAccountInput;
  onChange: (typed: DeclareWithdrawalWithoutAccountInput) => void;
  onContinue: () => void;
}

function Typed({ typed, onChange, onContinue }: TypedProps) {
  const { t } = useI18n();
  const missing = Object.values(typed).some((text) => !text.trim());
  return (
    <form
      className="fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing) onContinue();
      }}
    >
      <TextInput
        label={t('orderNumber')}
        value={typed.orderNumber}
        onChange={(orderNumber) => onChange({ ...typed, orderNumber })}
      />
      <TextInput label={t('yourName')} value={typed.name} onChange={(name) => onChange({ ...typed, name })} />
      <EmailInput
        label={t('receiptAddress')}
        value={typed.email}
        onChange={(email) => onChange({ ...typed, email })}
      />
      <div className="actions start">
        <Button type="submit" className="button primary" isDisabled={missing}>
          {t('continue')}
        </Button>
      </div>
    </form>
  );
}
