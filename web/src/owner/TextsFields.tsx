import { Button } from 'react-aria-components/Button';
import { TextInput } from '../components/Fields';
import { useI18n } from '../i18n/I18n';
import { LANGUAGES } from '../i18n/languages';

/** A text in one language, as it is entered. */
export interface TextDraft {
  key: number;
  locale: string;
  text: string;
}

/** The texts as they are now; a new thing begins with the languages of the console. */
export function textsOf(texts: readonly { locale: string; text: string }[] | undefined): TextDraft[] {
  const present = texts ?? LANGUAGES.map((locale) => ({ locale, text: '' }));
  return present.map((each, key) => ({ key, ...each }));
}

interface TextsFieldsProps {
  texts: readonly TextDraft[];
  long?: boolean;
  onChange: (texts: TextDraft[]) => void;
}

/** A text in each language. The server says which names are none of a language. */
export function TextsFields({ texts, long = false, onChange }: TextsFieldsProps) {
  const { t } = useI18n();
  const set = (next: TextDraft) => onChange(texts.map((each) => (each.key === next.key ? next : each)));
  const add = () => {
    const key = Math.max(-1, ...texts.map((each) => each.key)) + 1;
    onChange([...texts, { key, locale: '', text: '' }]);
  };
  return (
    <>
      {texts.map((each, index) => {
        const name = each.locale || index + 1;
        return (
          <fieldset key={each.key} className="on-behalf">
            <legend>{t('textIn', { name })}</legend>
            <TextInput
              label={t('languageTag')}
              hint={t('languageHint')}
              value={each.locale}
              onChange={(locale) => set({ ...each, locale })}
            />
            <TextInput
              label={t('textLabel')}
              value={each.text}
              long={long}
              onChange={(text) => set({ ...each, text })}
            />
            <Button
              className="button small"
              aria-label={t('removeTextIn', { name })}
              onPress={() => onChange(texts.filter(({ key }) => key !== each.key))}
            >
              {t('remove')}
            </Button>
          </fieldset>
        );
      })}
      <Button className="button small" onPress={add}>
        {t('addLanguage')}
      </Button>
    </>
  );
}
