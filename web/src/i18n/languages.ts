import { english } from './english';
import type { Translation } from './translation';

const STORAGE_KEY = 'retour.language';
const loaders = import.meta.glob<{ default: Translation }>('./languages/*.ts');
const FOLDER = './languages/';
const ENDING = '.ts';
const loaded: Record<string, Promise<Translation>> = { en: Promise.resolve(english) };

/** The codes of the console's languages: English, and one for each file in `languages/`. */
export const LANGUAGES = [
  'en',
  ...Object.keys(loaders).map((path) => path.slice(FOLDER.length, -ENDING.length)),
];

/** Each language but English is loaded on demand. If it cannot be loaded, English is used. */
export function translationOf(language: string): Promise<Translation> {
  loaded[language] ??= (loaders[FOLDER + language + ENDING]?.() ?? Promise.reject()).then(
    (part) => part.default,
    () => english,
  );
  return loaded[language];
}

/** The language that the viewer has chosen, or else that of the browser. */
export function currentLanguage(): string {
  const wanted = [localStorage.getItem(STORAGE_KEY), navigator.language.split('-')[0]];
  return wanted.find((code) => code && LANGUAGES.includes(code)) ?? 'en';
}

export const keepLanguage = (language: string) => localStorage.setItem(STORAGE_KEY, language);

/** What a language calls itself. */
export const nameOf = (language: string) =>
  new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
