import { type RefObject, useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { SearchField } from 'react-aria-components/SearchField';
import { useI18n } from '../i18n/I18n';

interface ScanFieldProps {
  /** What was scanned last. */
  scanned: string;
  field: RefObject<HTMLInputElement | null>;
  onScan: (text: string) => void;
}

/** The one field for a scanner, which types what it reads and presses Enter: the next scan replaces the last one. */
export function ScanField({ scanned, field, onScan }: ScanFieldProps) {
  const { t } = useI18n();
  const [text, setText] = useState(scanned);
  useEffect(() => setText(scanned), [scanned]);
  return (
    <search className="filters" aria-label={t('scan')}>
      <SearchField
        className="field"
        value={text}
        onChange={setText}
        onSubmit={(value) => {
          onScan(value.trim());
          field.current?.select();
        }}
        onClear={() => onScan('')}
      >
        <Label>{t('scan')}</Label>
        <Input ref={field} />
      </SearchField>
      <Button className="button" onPress={() => onScan(text.trim())}>
        {t('find')}
      </Button>
    </search>
  );
}
