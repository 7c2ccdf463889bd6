import { useState } from 'react';
import { type CombinedError, useQuery } from 'urql';
import { TextInput } from '../components/Fields';
import { CommandError, Empty, ServerError } from '../components/feedback';
import { useSettled } from '../components/useSettled';
import {
  PreviewMessageDocument,
  type PreviewMessageQuery,
  type UserErrorFieldsFragment,
} from '../gql/graphql';
import { useI18n } from '../i18n/I18n';
import { Mail } from './Mail';
import { useRequestId } from './useRequestId';
import type { Kind, Wording } from './wording';

type Part = keyof Wording;
const PARTS: readonly string[] = ['subject', 'text', 'mjml'] satisfies Part[];

interface PreviewState {
  number: string;
  setNumber: (number: string) => void;
  /** There is no request of that number. */
  missing: boolean;
  shown: PreviewMessageQuery['previewMessage'] | undefined;
  /** What is wrong with a part, in a sentence. */
  faults: Partial<Record<Part, string>>;
  /** What is wrong besides. */
  otherFaults: readonly UserErrorFieldsFragment[];
  error: CombinedError | undefined;
}

/** What a template would say of a request, or of an example, whenever the typing pauses. */
export function usePreview(kind: Kind, wording: Wording): PreviewState {
  const [number, setNumber] = useState('');
  const requestId = useRequestId(useSettled(number.trim()));
  const settled = JSON.parse(useSettled(JSON.stringify(wording))) as Wording;
  const [{ data, error }] = useQuery({
    query: PreviewMessageDocument,
    variables: { input: { ...kind, ...settled, requestId: requestId ?? null } },
    requestPolicy: 'network-only',
  });
  const errors = data?.previewMessage.userErrors ?? [];
  const partOf = ({ field }: UserErrorFieldsFragment) => field.at(-1) ?? '';
  return {
    number,
    setNumber,
    missing: requestId === null,
    shown: data?.previewMessage,
    faults: Object.fromEntries(errors.map((each) => [partOf(each), each.message])),
    otherFaults: errors.filter((each) => !PARTS.includes(partOf(each))),
    error,
  };
}

/** The preview, with the field for the request that it speaks of. */
export function Preview({ preview }: { preview: PreviewState }) {
  const { t } = useI18n();
  const { shown } = preview;
  return (
    <section className="fields" aria-label={t('templatePreview')}>
      <TextInput
        label={t('previewNumber')}
        hint={t('previewNumberHint')}
        fault={preview.missing ? t('requestNotFound') : undefined}
        value={preview.number}
        onChange={preview.setNumber}
      />
      {preview.error && <ServerError error={preview.error} />}
      <CommandError failure={{ errors: preview.otherFaults }} />
      {shown?.subject != null && shown.html != null && shown.text != null ? (
        <>
          <h2>{shown.subject}</h2>
          <Mail subject={shown.subject} html={shown.html} text={shown.text} />
        </>
      ) : (
        shown && <Empty>{t('previewFaulty')}</Empty>
      )}
    </section>
  );
}
