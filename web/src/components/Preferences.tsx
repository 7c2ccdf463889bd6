import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useI18n } from '../i18n/I18n';
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
  const nextTheme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  return (
    <>
      <Button className="button small" onPress={() => setLanguage(language === 'en' ? 'de' : 'en')}>
        {language.toUpperCase()}
        <span className="unseen">
          {t('language')}: {language === 'en' ? t('english') : t('german')}
        </span>
      </Button>
      <Button
        className="button small"
        aria-label={`${t('theme')}: ${name}`}
        onPress={() => setTheme(nextTheme)}
      >
        <Icon name={THEME_ICONS[theme]} />
      </Button>
    </>
  );
}

function savedTheme(): Theme {
  const saved = localStorage.getItem(STORAGE_KEY);
  return THEMES.find((theme) => theme === saved) ?? 'system';
}
