import { startTransition, useId, useOptimistic, useRef, useState } from 'react';
import { Switch } from 'react-aria-components/Switch';
import { useQuery } from 'urql';
import { CommandError, ServerError, Spinner } from '../components/feedback';
import { SelectField } from '../components/SelectField';
import { useCommand } from '../components/useCommand';
import { useTitle } from '../components/useTitle';
import {
  MessagePreferencesDocument,
  type MessageType,
  type PreferenceFieldsFragment,
  SetMessagePreferencesDocument,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { LANGUAGES } from '../i18n/languages';
import { languageName } from './wording';
import './messages.css';

type Preferences = PreferenceFieldsFragment;

/** What a customer or seller wants of messages. */
export default function Notifications() {
  const { t } = useI18n();
  useTitle(t('notifications'));
  const [{ data, error }, run] = useQuery({ query: MessagePreferencesDocument });
  return (
    <>
      <h1>{t('notifications')}</h1>
      <p className="quiet">{t('notificationsIntro')}</p>
      {error && <ServerError error={error} onRetry={run} />}
      {!data && !error && <Spinner />}
      {data && <Choices stored={data.messagePreferences} />}
    </>
  );
}

/** Language, rhythm and types. Each change is shown and saved at once; one that is refused is taken back. */
function Choices({ stored }: { stored: Preferences }) {
  const { t, enumLabel } = useI18n();
  const [wanted, show] = useOptimistic(stored);
  const { send, failure } = useCommand(SetMessagePreferencesDocument);
  const [saved, setSaved] = useState('');
  const lastSave = useRef<Promise<unknown>>(Promise.resolve());
  const save = (change: Partial<Preferences>, sentence: string) =>
    startTransition(async () => {
      const next = { ...wanted, ...change };
      show(next);
      const { locale = null, digest, unwanted } = next;
      const input = { locale, digest, unwanted: unwanted.length ? unwanted : null };
      // one after the other: each replaces all that was wanted before
      const saving = lastSave.current.then(() => send({ input }));
      lastSave.current = saving;
      setSaved((await saving) ? sentence : '');
    });
  const without = (type: MessageType) => wanted.unwanted.filter((other) => other !== type);
  const toggle = (type: MessageType, on: boolean) =>
    save(
      { unwanted: on ? without(type) : [...wanted.unwanted, type] },
      t(on ? 'messageWanted' : 'messageUnwanted', { type: enumLabel('messageType', type) }),
    );
  return (
    <div className="wanted">
      <LanguageChoice
        locale={wanted.locale ?? ''}
        onChange={(locale, sentence) => save({ locale: locale || null }, sentence)}
      />
      {wanted.optional.includes('DAILY_DIGEST') && (
        <DigestChoice
          digest={wanted.digest}
          onChange={(digest) =>
            save(
              { digest, unwanted: without('DAILY_DIGEST') },
              t(digest ? 'messagesDigestSaved' : 'messagesEachSaved'),
            )
          }
        />
      )}
      <TypeChoices wanted={wanted} onToggle={toggle} />
      {wanted.owed.length > 0 && <Owed types={wanted.owed} />}
      <div className="saved">
        <div role="status">{saved && !failure && <p className="note good">{saved}</p>}</div>
        <CommandError failure={failure} />
      </div>
    </div>
  );
}

interface LanguageChoiceProps {
  /** Empty if messages follow the order. */
  locale: string;
  onChange: (locale: string, sentence: string) => void;
}

function LanguageChoice({ locale, onChange }: LanguageChoiceProps) {
  const { t, language } = useI18n();
  const nameOf = (tag: string) => languageName(tag, language);
  const tags = [...new Set(['', ...LANGUAGES, locale])];
  return (
    <SelectField
      label={t('languageTag')}
      options={tags.map((id) => ({ id, label: id ? nameOf(id) : t('messagesInOrders') }))}
      value={locale}
      onChange={(id) =>
        onChange(id, id ? t('messagesIn', { language: nameOf(id) }) : t('messagesInOrdersSaved'))
      }
    />
  );
}

/** Whether a seller gets a message about each step, or one a day. */
function DigestChoice({ digest, onChange }: { digest: boolean; onChange: (digest: boolean) => void }) {
  const { t } = useI18n();
  const name = useId();
  return (
    <fieldset className="choices">
      <legend>{t('messagesHowOften')}</legend>
      {[false, true].map((choice) => (
        <label key={String(choice)} className="tick">
          <input type="radio" name={name} checked={digest === choice} onChange={() => onChange(choice)} />
          {t(choice ? 'messagesDigest' : 'messagesEach')}
        </label>
      ))}
    </fieldset>
  );
}

interface TypeChoicesProps {
  wanted: Preferences;
  onToggle: (type: MessageType, on: boolean) => void;
}

/** A switch for each type that can be done without: those about steps, or the digest that stands for them. */
function TypeChoices({ wanted: { optional, unwanted, digest }, onToggle }: TypeChoicesProps) {
  const { t, enumLabel } = useI18n();
  const isWanted = (type: MessageType) => !unwanted.includes(type);
  return (
    <fieldset className="choices">
      <legend>{t('messagesOptional')}</legend>
      {optional
        .filter((type) => (type === 'DAILY_DIGEST') === digest)
        .map((type) => (
          <Switch
            key={type}
            className="tick"
            isSelected={isWanted(type)}
            onChange={(on) => onToggle(type, on)}
          >
            <span className="track" aria-hidden="true" />
            {enumLabel('messageType', type)}
          </Switch>
        ))}
      {digest && !isWanted('DAILY_DIGEST') && <p className="quiet">{t('messagesStopped')}</p>}
    </fieldset>
  );
}

/** What is always sent, and why. */
function Owed({ types }: { types: readonly MessageType[] }) {
  const { t, enumLabel } = useI18n();
  return (
    <section className="card" aria-label={t('messagesOwed')}>
      <h2>{t('messagesOwed')}</h2>
      <p className="quiet">{t('messagesOwedText')}</p>
      <ul>
        {types.map((type) => (
          <li key={type}>{enumLabel('messageType', type)}</li>
        ))}
      </ul>
    </section>
  );
}
