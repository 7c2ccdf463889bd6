import { LocalizedStringDictionary } from '@internationalized/string';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { de } from './de';
import { en } from './en';
import type { Text, Vars } from './texts';
import { type WORDS, wordOf } from './words';

export type Language = 'en' | 'de';
type Key = keyof typeof en;

const KEPT = 'retour.language';
// biome-ignore lint/suspicious/noExplicitAny: the library types its messages' variables as it likes, `t` types ours
const texts = new LocalizedStringDictionary<Key, any>({ 'en-US': en, 'de-DE': de });

interface I18n {
  language: Language;
  setLanguage: (language: Language) => void;
  t: (key: Key, vars?: Vars) => string;
  word: (kind: keyof typeof WORDS, value: string) => string;
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
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo(
    () => ({
      ...formats(language),
      setLanguage: (one: Language) => {
        localStorage.setItem(KEPT, one);
        setLanguage(one);
      },
    }),
    [language],
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

function formats(language: Language) {
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
      const text: Text = texts.getStringForLocale(key, locale);
      return typeof text === 'function' ? text(vars) : text;
    },
    word: (kind: keyof typeof WORDS, value: string) => wordOf(kind, value, language === 'de'),
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
