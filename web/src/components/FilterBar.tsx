import { useEffect, useState } from 'react';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { SearchField } from 'react-aria-components/SearchField';
import { useLocation } from 'react-router';
import { useI18n } from '../i18n/I18n';
import type { Option } from './Dropdown';
import { useFilters } from './pagination';

interface FilterSelectProps {
  name: string;
  label: string;
  options: readonly Option[];
}

/** Sets one filter in the URL. Uses the browser's own drop-down, so that lists open fast. */
export function FilterSelect({ name, label, options }: FilterSelectProps) {
  const { t } = useI18n();
  const { params, set } = useFilters();
  return (
    <label className="field native">
      <span>{label}</span>
      <select value={params.get(name) ?? ''} onChange={(event) => set(name, event.target.value || null)}>
        <option value="">{t('all')}</option>
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

const TYPING_PAUSE = 300; // ms

/** Sets one filter in the URL to what is typed. */
export function FilterSearch({ name, label }: { name: string; label: string }) {
  const { params, set } = useFilters();
  const { pathname } = useLocation();
  const inUrl = params.get(name) ?? '';
  const [text, setText] = useState(inUrl);
  useEffect(() => setText(inUrl), [inUrl]);
  useEffect(() => {
    if (text.trim() === inUrl) return;
    const search = () => {
      // a link to another page may have been clicked in the meantime, and that page may still be loading
      if (location.pathname === pathname) set(name, text.trim() || null);
    };
    const timer = setTimeout(search, TYPING_PAUSE);
    return () => clearTimeout(timer);
  });
  return (
    <SearchField className="field" value={text} onChange={setText}>
      <Label>{label}</Label>
      <Input />
    </SearchField>
  );
}
