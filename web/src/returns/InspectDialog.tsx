import './texts';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { AmountField } from '../components/AmountField';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { ANY_TEXT } from '../components/decision';
import { TextInput } from '../components/Fields';
import { CommandError } from '../components/feedback';
import { QuantityField } from '../components/QuantityField';
import { RefundPreview } from '../components/RefundPreview';
import { SelectField } from '../components/SelectField';
import { useCommand } from '../components/useCommand';
import { useStoredDraft } from '../components/useStoredDraft';
import {
  type Disposition,
  type GoodsCondition,
  InspectReturnDocument,
  PreviewInspectionDocument,
} from '../gql/graphql';
import { ENUM_LABELS } from '../i18n/enumLabels';
import { useI18n } from '../i18n/I18n';
import { isHeld } from './counts';
import {
  allAsNew,
  type Grade,
  gradeInputs,
  isPaidBack,
  needsReason,
  partnerOf,
  resize,
  split,
} from './grades';
import type { ReturnDialogProps } from './useReturnDialogs';

const CONDITIONS = Object.keys(ENUM_LABELS.condition) as GoodsCondition[];
const DISPOSITIONS = Object.keys(ENUM_LABELS.disposition) as Disposition[];

/** Grades what has arrived, each unit once, with the refund to the cent before it is done. */
export default function InspectDialog({ shipment, onDone, onClose }: ReturnDialogProps) {
  const { t } = useI18n();
  const { send, busy, failure, clearFailure } = useCommand(InspectReturnDocument);
  const {
    draft: grades,
    change: setGrades,
    discard,
  } = useStoredDraft(`inspect.${shipment.id}.${shipment.version}`, allAsNew(shipment));
  const [possible, setPossible] = useState(false);
  const currency = shipment.request.plan?.total.currency ?? 'EUR';
  const nameOf = (index: number) => grades[index]?.name;
  const inputOf = (given: readonly Grade[]) => ({
    returnId: shipment.id,
    grades: gradeInputs(given, currency),
    expectedVersion: shipment.version,
  });
  const change = (next: Grade) => {
    clearFailure();
    setGrades(grades.map((grade) => (grade.key === next.key ? next : grade)));
  };
  const inspect = async () => {
    if (!(await send({ input: inputOf(grades) }))) return;
    discard();
    onClose();
    onDone();
  };
  return (
    <ConfirmDialog
      title={t('inspectTitle', { number: shipment.number })}
      confirmLabel={t('inspect')}
      closeLabel={t('goBack')}
      busy={busy}
      canConfirm={possible}
      onConfirm={inspect}
      onClose={onClose}
    >
      {grades.map((grade, index) => (
        <GradeFields
          key={grade.key}
          grade={grade}
          number={grades.slice(0, index + 1).filter(({ itemId }) => itemId === grade.itemId).length}
          partner={partnerOf(grades, grade)}
          currency={isHeld(shipment) ? currency : null}
          onChange={change}
          onResize={(units) => setGrades(resize(grades, grade, units))}
          onSplit={grade.units > 1 ? () => setGrades(split(grades, grade)) : null}
        />
      ))}
      <RefundPreview
        document={PreviewInspectionDocument}
        input={inputOf(
          grades.map((grade) => ({ ...grade, reason: grade.reason.trim() ? grade.reason : ANY_TEXT })),
        )}
        nameOf={nameOf}
        onPossibleChange={setPossible}
      />
      <CommandError failure={failure} nameOf={nameOf} />
    </ConfirmDialog>
  );
}

interface GradeFieldsProps {
  grade: Grade;
  /** Which of the item's grades this is, counted from 1. */
  number: number;
  /** Units that this grade does not cover are the partner's; without one it covers all units of the item. */
  partner: Grade | undefined;
  /** Null if nothing can be deducted any more, for the money has gone. */
  currency: string | null;
  onChange: (grade: Grade) => void;
  onResize: (units: number) => void;
  onSplit: (() => void) | null;
}

function GradeFields(props: GradeFieldsProps) {
  const { grade, number, partner, currency, onChange, onResize, onSplit } = props;
  const { t, enumLabel } = useI18n();
  const options = <Kind extends 'condition' | 'disposition', Id extends string>(
    kind: Kind,
    ids: readonly Id[],
  ) => ids.map((id) => ({ id, label: enumLabel(kind, id) }));
  return (
    <fieldset className="on-behalf">
      <legend>{partner ? `${grade.name} (${number})` : `${grade.units} × ${grade.name}`}</legend>
      {partner && (
        <QuantityField
          label={t('gradedUnits')}
          value={grade.units}
          max={grade.units + partner.units - 1}
          onChange={onResize}
        />
      )}
      <SelectField
        label={t('condition')}
        options={options('condition', CONDITIONS)}
        value={grade.condition}
        onChange={(condition) => onChange({ ...grade, condition })}
      />
      <SelectField
        label={t('disposition')}
        options={options('disposition', DISPOSITIONS)}
        value={grade.disposition}
        onChange={(disposition) => onChange({ ...grade, disposition })}
      />
      {currency && isPaidBack(grade) && (
        <AmountField
          label={t('deduction')}
          value={grade.deduction}
          currency={currency}
          onChange={(deduction) => onChange({ ...grade, deduction })}
        />
      )}
      {needsReason(grade) && (
        <TextInput
          label={t('deductionReason')}
          hint={t('rejectReasonHint')}
          value={grade.reason}
          onChange={(reason) => onChange({ ...grade, reason })}
        />
      )}
      {onSplit && (
        <Button className="button small" onPress={onSplit}>
          {t('splitGrade')}
        </Button>
      )}
    </fieldset>
  );
}
