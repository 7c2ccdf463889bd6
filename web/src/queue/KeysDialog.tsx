import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { CheckboxField } from '../components/Fields';
import { useI18n } from '../i18n/I18n';
import { loadDialogTexts } from './dialogTexts';
import { keysAreOn, setKeysOn } from './useKeys';

loadDialogTexts();

const KEYS = [
  ['j', 'down'],
  ['k', 'up'],
  ['x', 'pick'],
  ['a', 'all'],
  ['b', 'buttons'],
  ['Enter', 'open'],
  ['Esc', 'close'],
  ['/', 'search'],
  ['Ctrl/⌘ K', 'menu'],
  ['Ctrl/⌘ Enter', 'confirm'],
  ['?', 'help'],
] as const;

/** The keys of the lists, and whether those of one letter do anything. */
export default function KeysDialog({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const [on, setOn] = useState(keysAreOn);
  const save = () => {
    setKeysOn(on);
    onClose();
  };
  return (
    <ConfirmDialog
      title={t('keys')}
      confirmLabel={t('keysSave')}
      closeLabel={t('keysClose')}
      onConfirm={save}
      onClose={onClose}
    >
      <dl className="facts">
        {KEYS.map(([key, name]) => (
          <div key={key} className="fact">
            <dt>{t(`key_${name}`)}</dt>
            <dd>
              <kbd>{key}</kbd>
            </dd>
          </div>
        ))}
      </dl>
      <CheckboxField label={t('keysOn')} selected={on} onChange={setOn} />
    </ConfirmDialog>
  );
}
