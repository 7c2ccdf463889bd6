import './texts';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useLocation, useNavigate } from 'react-router';
import { Provider, useMutation } from 'urql';
import { Breadcrumb } from '../components/Breadcrumb';
import { BusyButton } from '../components/BusyButton';
import { EmailInput, TextInput } from '../components/Fields';
import { CommandError, Note, useFaults } from '../components/feedback';
import { Shell } from '../components/Shell';
import { useTitle } from '../components/useTitle';
import { RedeemOrderAccessDocument, RequestOrderAccessDocument } from '../gql/graphql';
import { anonymous } from '../graphql/anonymous';
import { useI18n } from '../i18n/I18n';
import { signIn } from '../session/token';

/** The way to an order without an account: a form that sends a link, and the page that the link leads to. */
export default function FindOrder() {
  const { t } = useI18n();
  const secret = useLocation().hash.slice(1);
  useTitle(t('findOrder'));
  return (
    <Provider value={anonymous}>
      <Shell title={t('store')}>
        <Breadcrumb trail={[{ to: '/', name: t('signIn') }]} page={t('findOrder')} />
        <h1>{t('findOrder')}</h1>
        {secret ? <OpenOrder key={secret} secret={secret} /> : <LinkForm />}
      </Shell>
    </Provider>
  );
}

/** The link is used up by a click only: programs that look at mails open links as well. */
function OpenOrder({ secret }: { secret: string }) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const [{ fetching, data, error }, redeem] = useMutation(RedeemOrderAccessDocument);
  const refused = Boolean(data && !data.redeemOrderAccess.token);
  const open = async () => {
    const payload = (await redeem({ input: { secret } })).data?.redeemOrderAccess;
    if (!payload?.token) return;
    navigate(`/store/orders/${payload.orderId}`, { replace: true });
    signIn(payload.token);
  };
  return (
    <>
      <CommandError failure={{ errors: data?.redeemOrderAccess.userErrors ?? [], error }} />
      {refused ? (
        <LinkForm />
      ) : (
        <>
          <p className="lead">{t('linkOnce')}</p>
          <BusyButton className="button primary" busy={fetching} onPress={open}>
            {t('showMyOrder')}
          </BusyButton>
        </>
      )}
    </>
  );
}

function LinkForm() {
  const { t } = useI18n();
  const [orderNumber, setOrderNumber] = useState('');
  const [email, setEmail] = useState('');
  const [{ fetching, data, error }, request] = useMutation(RequestOrderAccessDocument);
  const errors = data?.requestOrderAccess.userErrors;
  const failure = { errors: errors ?? [], error };
  const faultOf = useFaults(failure);
  return (
    <>
      <p className="lead">{t('findOrderIntro')}</p>
      <form
        className="card narrow fields"
        noValidate // the server alone says what is wrong; the browser would not send it again
        onSubmit={(event) => {
          event.preventDefault();
          if (!fetching) void request({ input: { orderNumber, email } });
        }}
      >
        <TextInput
          label={t('orderNumber')}
          value={orderNumber}
          fault={faultOf('orderNumber')}
          onChange={setOrderNumber}
        />
        <EmailInput label={t('email')} value={email} fault={faultOf('email')} onChange={setEmail} />
        <CommandError failure={failure} />
        {!fetching && errors?.length === 0 && <Note tone="good">{t('linkOnItsWay')}</Note>}
        <div className="actions start">
          <Button type="submit" className="button primary" aria-disabled={fetching}>
            {t('sendLink')}
          </Button>
        </div>
      </form>
    </>
  );
}
