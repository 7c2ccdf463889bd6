import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useI18n } from '../i18n/I18n';

const KEPT = 'retour.theme';
const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

/** Language and appearance, remembered by the browser. */
export function Preferences() {
  const { t, language, setLanguage } = useI18n();
  const [theme, setTheme] = useState<Theme>(keptTheme);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(KEPT, theme);
  }, [theme]);
  const name = { system: t('themeSystem'), light: t('light'), dark: t('dark') }[theme];
  const following = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  return (
    <>
      <Button className="button small" onPress={() => setLanguage(language === 'en' ? 'de' : 'en')}>
        {language.toUpperCase()}
        <span className="unseen">
          {t('language')}: {language === 'en' ? t('enMark') : t('deMark')}
        </span>
      </Button>
      <Button
        className="button small"
        aria-label={`${t('theme')}: ${name}`}
        onPress={() => setTheme(following)}
      >
        <span aria-hidden="true">{{ system: '◐', light: '☀', dark: '☾' }[theme]}</span>
      </Button>
    </>
  );
}

function keptTheme(): Theme {
  const kept = localStorage.getItem(KEPT);
  return THEMES.find((one) => one === kept) ?? 'system';
}
