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
import type { ENUM_LABELS } from './enumLabels';
import { currentLanguage, keepLanguage, translationOf } from './languages';
import { tag } from './tag';
import type { Key, Translation, Vars } from './translation';

interface I18n {
  language: string;
  setLanguage: (language: string) => void;
  t: (key: Key, vars?: Vars) => string;
  enumLabel: (kind: keyof typeof ENUM_LABELS, value: string) => string;
  /** Why the server refused something. */
  refusalText: (refusal: { code: ErrorCode; message: string }) => string;
  money: (money: { amount: string; currency: string }) => string;
  when: (at: string) => string;
  day: (at: string) => string;
  count: (n: number) => string;
  list: (parts: string[]) => string;
}

const Context = createContext<I18n | null>(null);

/** Provides the language that the viewer has chosen, or else that of the browser. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(currentLanguage);
  const translation = use(translationOf(language));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo(
    () => ({
      ...formatters(language, translation),
      setLanguage: (chosen: string) => {
        keepLanguage(chosen);
        startTransition(() => setLanguage(chosen));
      },
    }),
    [language, translation],
  );
  return (
    <I18nProvider locale={tag(language)}>
      <Context value={value}>{children}</Context>
    </I18nProvider>
  );
}

/** Texts, labels, money and dates in the viewer's language. */
export function useI18n(): I18n {
  const i18n = useContext(Context);
  if (!i18n) throw new Error('useI18n outside of LanguageProvider');
  return i18n;
}

function formatters(language: string, translation: Translation) {
  const locale =
    navigator.languages.find((name) => name.startsWith(language) && isTag(name)) ?? tag(language);
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const number = new Intl.NumberFormat(locale);
  const listing = new Intl.ListFormat(locale);
  const currencies = new Map<string, Intl.NumberFormat>();
  return {
    language,
    t: (key: Key, vars: Vars = {}) => {
      const text = translation.texts[key];
      return typeof text === 'function' ? text(vars) : text;
    },
    enumLabel: (kind: keyof typeof ENUM_LABELS, value: string) => labelOf(translation, kind, value),
    refusalText: ({ code, message }: { code: ErrorCode; message: string }) => {
      const text = translation.refusals[code] ?? message;
      return typeof text === 'function' ? text(message) : text;
    },
    money: ({ amount, currency }: { amount: string; currency: string }) => {
      let format = currencies.get(currency);
      if (!format) {
        format = new Intl.NumberFormat(locale, { style: 'currency', currency });
        currencies.set(currency, format);
      }
      // a decimal string is formatted exactly, without becoming a float
      return format.format(amount as `${number}`);
    },
    when: (at: string) => moment.format(new Date(at)),
    day: (at: string) => date.format(new Date(at)),
    count: (n: number) => number.format(n),
    list: (parts: string[]) => listing.format(parts),
  };
}

/** The label of an enum member. A member that this console does not know yet shows its own name. */
function labelOf({ labels }: Translation, kind: keyof typeof ENUM_LABELS, value: string): string {
  const known = (labels[kind] as Record<string, string>)[value];
  if (known || kind === 'paymentMethod') return known ?? value;
  return value.charAt(0) + value.slice(1).toLowerCase().replaceAll('_', ' ');
}

/** Whether a name is a valid language tag: some browsers report names such as en-US@posix. */
function isTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}
