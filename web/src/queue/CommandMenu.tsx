import { useEffect, useState } from 'react';
import { Autocomplete } from 'react-aria-components/Autocomplete';
import { Dialog } from 'react-aria-components/Dialog';
import { Input } from 'react-aria-components/Input';
import { Menu, MenuItem } from 'react-aria-components/Menu';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { SearchField } from 'react-aria-components/SearchField';
import { useNavigate } from 'react-router';
import { useQuery } from 'urql';
import type { Page } from '../components/Shell';
import { useSettled } from '../components/useSettled';
import { SearchDocument, type SearchQuery } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { signOut } from '../session/token';
import { loadDialogTexts } from './dialogTexts';
import './queue.css';

loadDialogTexts();

export type Hit = SearchQuery['search'][number];

interface Item {
  id: string;
  name: string;
  /** What kind of thing it is, or the text that was found. */
  hint: string;
  act: () => void;
}

interface CommandMenuProps {
  pages: readonly Page[];
  pathOf: (hit: Hit) => string;
  /** Takes what was typed before the menu was there. */
  typed: () => string;
  onKeys: () => void;
  onClose: () => void;
}

/** Leads anywhere by typing: to the pages of the seat, to what can be done, and to what has the text that is typed. */
export default function CommandMenu({ pages, pathOf, typed, onKeys, onClose }: CommandMenuProps) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  useEffect(() => setText(typed()), [typed]);
  const wanted = useSettled(text.trim());
  const [{ data }] = useQuery({ query: SearchDocument, variables: { text: wanted }, pause: !wanted });
  const go = (path: string) => () => {
    onClose();
    void navigate(path);
  };
  const named: Item[] = [
    ...pages.map(({ to, label, name = label }) => ({ id: to, name, hint: t('menuPage'), act: go(to) })),
    { id: 'keys', name: t('key_help'), hint: t('menuAction'), act: onKeys },
    { id: 'out', name: t('signOut'), hint: t('menuAction'), act: () => signOut() },
  ];
  const matches = ({ name }: Item) => name.toLowerCase().includes(text.trim().toLowerCase());
  const hits = (wanted && data?.search) || [];
  const items: Item[] = [
    ...named.filter(matches),
    ...hits.map((hit) => ({
      id: hit.node.id,
      name: `${t(`hit_${hit.kind}`)} ${hit.number}`,
      hint: hit.text === hit.number ? '' : hit.text,
      act: go(pathOf(hit)),
    })),
  ];
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={(isOpen) => isOpen || onClose()}>
      <Modal className="modal">
        <Dialog className="dialog command" aria-label={t('key_menu')}>
          <Autocomplete inputValue={text} onInputChange={setText}>
            <SearchField autoFocus aria-label={t('key_menu')} className="field">
              <Input placeholder={t('menuHint')} />
            </SearchField>
            <Menu
              aria-label={t('key_menu')}
              className="listbox"
              items={items}
              renderEmptyState={() => <p className="quiet">{t('menuNothing')}</p>}
              onAction={(id) => items.find((item) => item.id === id)?.act()}
            >
              {({ name, hint }) => (
                <MenuItem className="option" textValue={name}>
                  {name} <span className="quiet">{hint}</span>
                </MenuItem>
              )}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
