import {
  createContext,
  type ReactNode,
  startTransition,
  use,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import type { ErrorCode } from '../gql/graphql';
import { en } from './en';
import type { Tongue, Vars } from './texts';
import { type WORDS, wordOf } from './words';

export type Language = 'en' | 'de';
type Key = keyof typeof en;

const KEPT = 'retour.language';
const ENGLISH: Tongue = { texts: en, refusals: {} };
const tongues: Partial<Record<Language, Promise<Tongue>>> = { en: Promise.resolve(ENGLISH) };

interface I18n {
  language: Language;
  setLanguage: (language: Language) => void;
  t: (key: Key, vars?: Vars) => string;
  word: (kind: keyof typeof WORDS, value: string) => string;
  /** Why something is refused. */
  said: (refusal: { code: ErrorCode; message: string }) => string;
  money: (money: { amount: string; currency: string }) => string;
  when: (at: string) => string;
  day: (at: string) => string;
  count: (n: number) => string;
  list: (parts: string[]) => string;
}

const Context = createContext<I18n | null>(null);

/** The language of the viewer: what they chose, else what the browser asks for. */
export function Languages({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage);
  const tongue = use(tongueOf(language));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo(
    () => ({
      ...formats(language, tongue),
      setLanguage: (one: Language) => {
        localStorage.setItem(KEPT, one);
        startTransition(() => setLanguage(one));
      },
    }),
    [language, tongue],
  );
  return (
    <I18nProvider locale={tag(language)}>
      <Context value={value}>{children}</Context>
    </I18nProvider>
  );
}

/** Texts, words, money and dates in the viewer's language. */
export function useI18n(): I18n {
  const found = useContext(Context);
  if (!found) throw new Error('useI18n outside of Languages');
  return found;
}

function formats(language: Language, tongue: Tongue) {
  const locale = tag(language);
  const wanted = navigator.languages.find((one) => one.startsWith(language) && isTag(one)) ?? locale;
  const moment = new Intl.DateTimeFormat(wanted, { dateStyle: 'medium', timeStyle: 'short' });
  const date = new Intl.DateTimeFormat(wanted, { dateStyle: 'medium' });
  const number = new Intl.NumberFormat(wanted);
  const listing = new Intl.ListFormat(wanted);
  const currencies = new Map<string, Intl.NumberFormat>();
  return {
    language,
    t: (key: Key, vars: Vars = {}) => {
      const text = tongue.texts[key];
      return typeof text === 'function' ? text(vars) : text;
    },
    word: (kind: keyof typeof WORDS, value: string) => wordOf(kind, value, language === 'de'),
    said: ({ code, message }: { code: ErrorCode; message: string }) => tongue.refusals[code] ?? message,
    money: ({ amount, currency }: { amount: string; currency: string }) => {
      let format = currencies.get(currency);
      if (!format) {
        format = new Intl.NumberFormat(wanted, { style: 'currency', currency });
        currencies.set(currency, format);
      }
      // a decimal text is formatted exactly, without passing through a float
      return format.format(amount as `${number}`);
    },
    when: (at: string) => moment.format(new Date(at)),
    day: (at: string) => date.format(new Date(at)),
    count: (n: number) => number.format(n),
    list: (parts: string[]) => listing.format(parts),
  };
}

/** German comes when somebody wants it; where it cannot be had, English has to do. */
function tongueOf(language: Language): Promise<Tongue> {
  tongues[language] ??= import('./german').then(
    (part) => part.german,
    () => ENGLISH,
  );
  return tongues[language];
}

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === 'en' || kept === 'de') return kept;
  return navigator.language.startsWith('de') ? 'de' : 'en';
}

/** Some browsers name a language as their system does, such as en-US@posix. */
function isTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

function tag(language: Language): string {
  return language === 'de' ? 'de-DE' : 'en-US';
}
