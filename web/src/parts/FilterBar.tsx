import { type ReactNode, useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { SearchField } from 'react-aria-components/SearchField';
import { useI18n } from '../i18n/I18n';
import { Choice, type Option } from './Choice';
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

/** A drop-down that sets one of the address's filters; its first option is "all". */
export function FilterChoice({
  name,
  label,
  options,
}: {
  name: string;
  label: string;
  options: readonly Option[];
}) {
  const { t } = useI18n();
  const { params, set } = useFilters();
  return (
    <Choice
      label={label}
      options={[{ id: 'all', label: t('all') }, ...options]}
      value={params.get(name) ?? 'all'}
      onChange={(id) => set(name, id === 'all' ? null : id)}
    />
  );
}

const TYPING = 300; // ms

function NumberSearch() {
  const { t } = useI18n();
  const { params, set } = useFilters();
  const inAddress = params.get('number') ?? '';
  const [text, setText] = useState(inAddress);
  useEffect(() => setText(inAddress), [inAddress]);
  useEffect(() => {
    if (text.trim() === inAddress) return;
    const timer = setTimeout(() => set('number', text.trim() || null), TYPING);
    return () => clearTimeout(timer);
  });
  return (
    <SearchField className="field" value={text} onChange={setText}>
      <Label>{t('searchNumber')}</Label>
      <Input />
    </SearchField>
  );
}
