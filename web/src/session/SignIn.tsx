import { type FormEvent, useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextField } from 'react-aria-components/TextField';
import { useI18n } from '../i18n/I18n';
import { Note, Spinner } from '../parts/States';
import { type Config, demoToken, type Person, readConfig, readPeople } from './config';
import { CALLBACK, oidcPart } from './renewal';
import { lastNotice, signIn } from './store';

const SEATS = [
  { role: 'CUSTOMER', title: 'store', text: 'storeSeat' },
  { role: 'SELLER', title: 'sellerCenter', text: 'sellerSeat' },
  { role: 'OWNER', title: 'owner', text: 'ownerSeat' },
] as const;

/** Pick a person in the demo, go to the issuer, or paste a token: whatever the server offers. */
export function SignIn() {
  const { t } = useI18n();
  const [config, setConfig] = useState<Config | null>(null);
  const [people, setPeople] = useState<Person[] | null>(null);
  const [fault, setFault] = useState<Error | null>(lastNotice);

  useEffect(() => {
    const start = async () => {
      const config = await readConfig();
      setConfig(config);
      if (config.oidc && location.pathname === CALLBACK) {
        await (await oidcPart()).comeBack(config.oidc, CALLBACK);
        history.replaceState(null, '', '/');
      }
      if (config.demo) setPeople(await readPeople());
    };
    start().catch(setFault);
  }, []);

  if (!config && !fault) return <Spinner />;
  return (
    <div className="signin">
      <h1>{t('signIn')}</h1>
      <p className="lead">
        {t('signInIntro')} {config?.demo && t('pickPerson')}
      </p>
      {fault && (
        // fetch says by a TypeError that nobody answers
        <Note tone="bad">{fault instanceof TypeError ? t('unreachable') : fault.message}</Note>
      )}
      {config?.oidc && <OidcButton oidc={config.oidc} onFault={setFault} />}
      {config?.demo && people && <People people={people} onFault={setFault} />}
      <PasteToken open={!config?.demo} />
      {config?.graphiql && (
        <p className="quiet">
          {t('developers')}: <a href="/graphiql">{t('graphiql')}</a>
        </p>
      )}
    </div>
  );
}

function People({ people, onFault }: { people: Person[]; onFault: (error: Error) => void }) {
  const { t, word } = useI18n();
  const nameOf = (one: Person) => (one.role === 'OWNER' ? word('role', one.role) : one.name);
  const enter = (person: Person) => demoToken(person.id).then(signIn).catch(onFault);
  if (people.length === 0) return <Note>{t('noPeople')}</Note>;
  return (
    <div className="seats">
      {SEATS.map(({ role, title, text }) => (
        <section key={role} className="card" aria-labelledby={`seat-${role}`}>
          <h2 id={`seat-${role}`}>{t(title)}</h2>
          <p className="quiet">{t(text)}</p>
          <ul className="people">
            {people
              .filter((one) => one.role === role)
              .map((one) => (
                <li key={one.id}>
                  <Button
                    className="button person"
                    aria-label={t('signInAs', { name: nameOf(one) })}
                    onPress={() => enter(one)}
                  >
                    {nameOf(one)}
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
  onFault,
}: {
  oidc: NonNullable<Config['oidc']>;
  onFault: (error: Error) => void;
}) {
  const { t } = useI18n();
  return (
    <p>
      <Button
        className="button primary"
        onPress={() =>
          oidcPart()
            .then((part) => part.goToIssuer(oidc, CALLBACK))
            .catch(onFault)
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
    const bare = token.trim().replace(/^bearer\s+/i, '');
    if (bare) signIn(bare);
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
