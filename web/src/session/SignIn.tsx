import { type FormEvent, useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextField } from 'react-aria-components/TextField';
import { Link, useLocation, useNavigate } from 'react-router';
import { Note, Spinner } from '../components/feedback';
import { useI18n } from '../i18n/I18n';
import { FIND_ORDER } from '../store/paths';
import { WITHDRAW } from '../withdrawals/WithdrawLink';
import { type Config, demoToken, type Person, readConfig, readPeople } from './config';
import { CALLBACK, loadOidc } from './renewal';
import { signIn, signOutReason } from './token';

const ROLES = [
  { role: 'CUSTOMER', title: 'store', text: 'storeIntro' },
  { role: 'SELLER', title: 'sellerCenter', text: 'sellerIntro' },
  { role: 'OWNER', title: 'owner', text: 'ownerIntro' },
] as const;

/** Signs a person in: in the demo, at the identity provider, or with a pasted token, as the server offers. */
export default function SignIn() {
  const { t } = useI18n();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const [config, setConfig] = useState<Config | null>(null);
  const [people, setPeople] = useState<Person[] | null>(null);
  const [error, setError] = useState<Error | null>(signOutReason);

  useEffect(() => {
    const start = async () => {
      const config = await readConfig();
      try {
        if (config.oidc && location.pathname === CALLBACK) {
          navigate(await (await loadOidc()).finishSignIn(config.oidc, CALLBACK), { replace: true });
        }
        if (config.demo) setPeople(await readPeople());
      } finally {
        setConfig(config); // with the people, so that nothing moves when they come
      }
    };
    start().catch(setError);
  }, [navigate]);

  if (!config && !error) return <Spinner />;
  return (
    <div className="signin">
      <h1>{t('signIn')}</h1>
      <p className="lead">
        {t(pathname.startsWith(WITHDRAW) ? 'withdrawSignIn' : 'signInIntro')}{' '}
        {config?.demo && t('selectPerson')}
      </p>
      {error && (
        // fetch throws a TypeError if the server cannot be reached
        <Note tone="bad">{error instanceof TypeError ? t('unreachable') : error.message}</Note>
      )}
      {config?.oidc && <OidcButton oidc={config.oidc} onError={setError} />}
      {config?.guests && (
        <p>
          {t('noAccount')} <Link to={FIND_ORDER}>{t('findOrder')}</Link>
        </p>
      )}
      {config?.demo && people && <People people={people} onError={setError} />}
      <PasteToken open={!config?.demo} />
      {config?.graphiql && (
        <p className="quiet">
          {t('developers')}: <a href="/graphiql">{t('graphiql')}</a>
        </p>
      )}
    </div>
  );
}

function People({ people, onError }: { people: Person[]; onError: (error: Error) => void }) {
  const { t, enumLabel } = useI18n();
  const nameOf = (person: Person) => (person.role === 'OWNER' ? enumLabel('role', person.role) : person.name);
  const signInAs = (person: Person) =>
    demoToken(person.id)
      .then((token) => signIn(token, true))
      .catch(onError);
  if (people.length === 0) return <Note>{t('noPeople')}</Note>;
  return (
    <div className="roles">
      {ROLES.map(({ role, title, text }) => (
        <section key={role} className="card" aria-labelledby={`role-${role}`}>
          <h2 id={`role-${role}`}>{t(title)}</h2>
          <p className="quiet">{t(text)}</p>
          <ul className="people">
            {people
              .filter((person) => person.role === role)
              .map((person) => (
                <li key={person.id}>
                  <Button
                    className="button person"
                    aria-label={t('signInAs', { name: nameOf(person) })}
                    onPress={() => signInAs(person)}
                  >
                    {nameOf(person)}
                  </Button>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function OidcButton({
  oidc,
  onError,
}: {
  oidc: NonNullable<Config['oidc']>;
  onError: (error: Error) => void;
}) {
  const { t } = useI18n();
  return (
    <p>
      <Button
        className="button primary"
        onPress={() =>
          loadOidc()
            .then((oidcModule) => oidcModule.startSignIn(oidc, CALLBACK))
            .catch(onError)
        }
      >
        {t('signInWith')}
      </Button>
    </p>
  );
}

function PasteToken({ open }: { open: boolean }) {
  const { t } = useI18n();
  const [token, setToken] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const bareToken = token.trim().replace(/^bearer\s+/i, '');
    if (bareToken) signIn(bareToken);
  };
  return (
    <details className="card paste" open={open}>
      <summary>{t('paste')}</summary>
      <form onSubmit={submit}>
        <TextField value={token} onChange={setToken} autoComplete="off" isRequired>
          <Label>{t('token')}</Label>
          <Input />
          <Text slot="description">{t('pasteHint')}</Text>
        </TextField>
        <Button type="submit" className="button">
          {t('useToken')}
        </Button>
      </form>
    </details>
  );
}
