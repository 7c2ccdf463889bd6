import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useI18n } from '../i18n/I18n';
import { LANGUAGES, nameOf } from '../i18n/languages';
import { Icon } from './Icon';

const STORAGE_KEY = 'retour.theme';
const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];
const THEME_ICONS = { system: 'contrast', light: 'sun', dark: 'moon' } as const;

/** Language and appearance, remembered by the browser. */
export function Preferences() {
  const { t, language, setLanguage } = useI18n();
  const [theme, setTheme] = useState<Theme>(savedTheme);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(STORAGE_KEY, theme);
  }, [theme]);
  const name = { system: t('themeSystem'), light: t('light'), dark: t('dark') }[theme];
  return (
    <>
      <Button className="button small" onPress={() => setLanguage(after(LANGUAGES, language))}>
        {language.toUpperCase()}
        <span className="unseen">
          {t('language')}: {nameOf(language)}
        </span>
      </Button>
      <Button
        className="button small"
        aria-label={`${t('theme')}: ${name}`}
        onPress={() => setTheme(after(THEMES, theme))}
      >
        <Icon name={THEME_ICONS[theme]} />
      </Button>
    </>
  );
}

/** The choice after this one; after the last comes the first. */
const after = <Choice,>(choices: readonly Choice[], now: Choice): Choice =>
  choices[(choices.indexOf(now) + 1) % choices.length] ?? now;

function savedTheme(): Theme {
  const saved = localStorage.getItem(STORAGE_KEY);
  return THEMES.find((theme) => theme === saved) ?? 'system';
}
