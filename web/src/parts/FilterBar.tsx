import { type ReactNode, useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { SearchField } from 'react-aria-components/SearchField';
import { useLocation } from 'react-router';
import { useI18n } from '../i18n/I18n';
import type { Option } from './Choice';
import { useFilters } from './paging';

/** A list's search and filters; all of them live in the address. */
export function FilterBar({ children }: { children: ReactNode }) {
  const { t } = useI18n();
  const { params, clear } = useFilters();
  return (
    <search className="filters" aria-label={t('filters')}>
      <NumberSearch />
      {children}
      {params.size > 0 && (
        <Button className="button" onPress={clear}>
          {t('clear')}
        </Button>
      )}
    </search>
  );
}

interface FilterChoiceProps {
  name: string;
  label: string;
  options: readonly Option[];
}

/** Sets one of the address's filters; its first option is "all". The browser's own, so that lists open fast. */
export function FilterChoice({ name, label, options }: FilterChoiceProps) {
  const { t } = useI18n();
  const { params, set } = useFilters();
  return (
    <label className="field native">
      <span>{label}</span>
      <select value={params.get(name) ?? ''} onChange={(event) => set(name, event.target.value || null)}>
        <option value="">{t('all')}</option>
        {options.map((one) => (
          <option key={one.id} value={one.id}>
            {one.label}
          </option>
        ))}
      </select>
    </label>
  );
}

const TYPING = 300; // ms

function NumberSearch() {
  const { t } = useI18n();
  const { params, set } = useFilters();
  const { pathname } = useLocation();
  const inAddress = params.get('number') ?? '';
  const [text, setText] = useState(inAddress);
  useEffect(() => setText(inAddress), [inAddress]);
  useEffect(() => {
    if (text.trim() === inAddress) return;
    const search = () => {
      // a link may have been taken meanwhile, whose page is still being fetched
      if (location.pathname === pathname) set('number', text.trim() || null);
    };
    const timer = setTimeout(search, TYPING);
    return () => clearTimeout(timer);
  });
  return (
    <SearchField className="field" value={text} onChange={setText}>
      <Label>{t('searchNumber')}</Label>
      <Input />
    </SearchField>
  );
}
