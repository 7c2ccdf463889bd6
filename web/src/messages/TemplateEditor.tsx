import { lazy } from 'react';
import { Button } from 'react-aria-components/Button';
import { BusyButton } from '../components/BusyButton';
import { TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { toast } from '../components/toast';
import { useCommand } from '../components/useCommand';
import { usePageDialog } from '../components/usePageDialog';
import { useStoredDraft } from '../components/useStoredDraft';
import {
  SaveMessageTemplateDocument,
  type TemplateFieldsFragment,
  type TemplatesQuery,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { May } from '../session/May';
import { Preview, usePreview } from './preview';
import { Variables } from './Variables';
import { Versions } from './Versions';
import { BUILT_IN, inForce, isDraft, type Kind, type Wording, wordingOf } from './wording';

const PublishDialog = lazy(() => import('./PublishDialog'));
const ReplaceDialog = lazy(() => import('./ReplaceDialog'));
const NOTHING: Wording = { subject: '', text: '', mjml: '' };
const LINES = { text: 12, mjml: 16 } as const;

interface TemplateEditorProps {
  kind: Kind;
  /** Those of the type and the role, in every language. */
  templates: readonly TemplateFieldsFragment[];
  variables: TemplatesQuery['messageVariables'];
  onChanged: () => void;
}

/** The form for a template beside its preview. A further language begins with the English words. */
export function TemplateEditor({ kind, templates, variables, onChanged }: TemplateEditorProps) {
  const { t } = useI18n();
  const versions = templates.filter(({ locale }) => locale === kind.locale);
  const current = inForce(versions);
  const english = templates.filter(({ locale }) => locale === BUILT_IN);
  const saved = versions.find(isDraft) ?? current ?? inForce(english);
  const { draft, changed, change, discard } = useStoredDraft<Wording>(
    `template.${kind.type}.${kind.audience}.${kind.locale}`,
    saved ? wordingOf(saved) : NOTHING,
  );
  const preview = usePreview(kind, draft);
  const saving = useCommand(SaveMessageTemplateDocument);
  const { open, dialog } = usePageDialog<'publish' | Wording>((subject, { onDone, onClose }) =>
    subject === 'publish' ? (
      <PublishDialog
        kind={kind}
        wording={draft}
        onDone={() => {
          onDone(t('templatePublished'));
          onChanged();
        }}
        onClose={onClose}
      />
    ) : (
      <ReplaceDialog
        onConfirm={() => {
          change(subject);
          onClose();
        }}
        onClose={onClose}
      />
    ),
  );
  const write = (part: Partial<Wording>) => {
    saving.clearFailure();
    change({ ...draft, ...part });
  };
  const save = async () => {
    if (await saving.send({ input: { ...kind, ...draft } })) onChanged();
  };
  const discardAll = () => {
    const close = toast(
      <div className="undo">
        <p>{t('discarded')}</p>
        <Button
          className="button small"
          onPress={() => {
            change(draft);
            close();
          }}
        >
          {t('undo')}
        </Button>
      </div>,
    );
    discard();
  };
  const isNew = !current || JSON.stringify(draft) !== JSON.stringify(wordingOf(current));
  return (
    <>
      {dialog}
      <div className="template">
        <section className="fields" aria-label={t('template')}>
          <TextInput
            label={t('subject')}
            value={draft.subject}
            long={2}
            fault={preview.faults.subject}
            onChange={(subject) => write({ subject })}
          />
          {(['text', 'mjml'] as const).map((part) => (
            <TextInput
              key={part}
              label={t(part === 'text' ? 'plainText' : 'mjml')}
              value={draft[part]}
              fault={preview.faults[part]}
              long={LINES[part]}
              onChange={(text) => write({ [part]: text })}
            />
          ))}
          <p className="quiet" role="status">
            {changed ? t('unsaved') : versions.some(isDraft) && t('savedDraft')}
          </p>
          <CommandError failure={saving.failure} />
          <div className="actions start">
            <May action="SAVE_MESSAGE_TEMPLATE">
              <BusyButton busy={saving.busy} possible={changed} onPress={save}>
                {t('saveDraft')}
              </BusyButton>
              <May action="PUBLISH_MESSAGE_TEMPLATE">
                <BusyButton className="button primary" possible={isNew} onPress={() => open('publish')}>
                  {t('publish')}
                </BusyButton>
              </May>
            </May>
            <BusyButton possible={changed} onPress={discardAll}>
              {t('discard')}
            </BusyButton>
          </div>
        </section>
        <Preview preview={preview} />
      </div>
      <Versions
        versions={versions.filter((each) => !isDraft(each))}
        current={current}
        onTakeUp={(version) => (changed ? open(wordingOf(version)) : change(wordingOf(version)))}
      />
      <Variables variables={variables} />
    </>
  );
}
