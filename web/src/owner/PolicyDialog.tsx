import { useState } from 'react';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { TextInput } from '../components/Fields';
import { CommandError, useFaults } from '../components/feedback';
import { isMoment, MomentField, momentInput } from '../components/MomentField';
import { QuantityField } from '../components/QuantityField';
import { useCommand } from '../components/useCommand';
import { useStoredDraft } from '../components/useStoredDraft';
import { type PolicyFieldsFragment, PublishReturnPolicyDocument } from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { TextsFields, textsOf } from './TextsFields';

const MOST_DAYS = 3650;
const DAYS = ['windowDays', 'responseDays', 'refundDays'] as const;

interface PolicyDialogProps {
  /** The version that is in force, which the form begins with. */
  inForce: PolicyFieldsFragment | undefined;
  last: string | null;
  onDone: () => void;
  onClose: () => void;
}

/** The form for a new version. Once published it never changes. */
export default function PolicyDialog({ inForce, last, onDone, onClose }: PolicyDialogProps) {
  const { t } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(PublishReturnPolicyDocument);
  const faultOf = useFaults(failure);
  const [start] = useState(() => ({
    version: '',
    windowDays: inForce?.windowDays ?? 30,
    responseDays: inForce?.responseDays ?? 3,
    refundDays: inForce?.refundDays ?? 5,
    moment: null as string | null,
    texts: textsOf(inForce?.texts),
  }));
  const stored = useStoredDraft('policy', start);
  const { draft } = stored;
  const change = (part: Partial<typeof draft>) => {
    clearFailure();
    stored.change({ ...draft, ...part });
  };
  const publish = async () => {
    const { version, windowDays, responseDays, refundDays } = draft;
    const texts = draft.texts.map(({ locale, text }) => ({ locale, text }));
    const effectiveAt = momentInput(draft.moment);
    const input = { version, windowDays, responseDays, refundDays, texts, effectiveAt, replaces: last };
    if (!(await send({ input }))) return;
    stored.discard();
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('publishPolicy')}
      confirmLabel={t('publish')}
      closeLabel={t('goBack')}
      busy={busy}
      canConfirm={isMoment(draft.moment)}
      onConfirm={publish}
      onClose={onClose}
    >
      <p>{t('publishText')}</p>
      <TextInput
        label={t('versionName')}
        value={draft.version}
        fault={faultOf('version')}
        onChange={(version) => change({ version })}
      />
      {DAYS.map((name) => (
        <QuantityField
          key={name}
          label={t(name)}
          value={draft[name]}
          min={0}
          max={MOST_DAYS}
          onChange={(days) => change({ [name]: days })}
        />
      ))}
      <MomentField value={draft.moment} onChange={(moment) => change({ moment })} />
      <TextsFields texts={draft.texts} long onChange={(texts) => change({ texts })} />
      <CommandError failure={failure} />
    </ConfirmDialog>
  );
}
