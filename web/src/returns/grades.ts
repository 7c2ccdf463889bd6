import { amountInput } from '../components/amountInput';
import type { Disposition, GoodsCondition, ReturnFieldsFragment, ReturnGradeInput } from '../gql/graphql';
import { toGrade } from './counts';

/** How somebody who inspects goods grades some units of one item. */
export interface Grade {
  key: number;
  itemId: string;
  name: string;
  units: number;
  condition: GoodsCondition;
  disposition: Disposition;
  deduction: number | null;
  reason: string;
}

/** Everything that nobody has looked at, as new. */
export const allAsNew = (shipment: ReturnFieldsFragment): Grade[] =>
  shipment.lines
    .filter((line) => toGrade(line) > 0)
    .map((line, key) => ({
      key,
      itemId: line.orderItem.id,
      name: line.orderItem.name,
      units: toGrade(line),
      condition: 'AS_NEW',
      disposition: 'RESTOCK',
      deduction: null,
      reason: '',
    }));

/** One unit of a grade gets a grade of its own, right behind it. */
export const split = (grades: readonly Grade[], from: Grade): Grade[] => {
  const key = Math.max(...grades.map((grade) => grade.key)) + 1;
  return grades.flatMap((grade) =>
    grade === from
      ? [
          { ...grade, units: grade.units - 1 },
          { ...grade, key, units: 1 },
        ]
      : [grade],
  );
};

/** Another grade of the same item, which gets or gives units when this one's change: each unit is graded once. */
export const partnerOf = (grades: readonly Grade[], { itemId, key }: Grade): Grade | undefined =>
  grades.find((grade) => grade.itemId === itemId && grade.key !== key);

/** A grade is for this many units, and its partner for the rest of the two. */
export const resize = (grades: readonly Grade[], grade: Grade, units: number): Grade[] => {
  const partner = partnerOf(grades, grade);
  return grades.map((each) => {
    if (each.key === grade.key) return { ...each, units };
    return each.key === partner?.key ? { ...each, units: each.units + grade.units - units } : each;
  });
};

/** Whether units are paid back: what is not what was sold, or goes back to the customer, is not. */
export const isPaidBack = ({ condition, disposition }: Grade): boolean =>
  condition !== 'WRONG_ITEM' && disposition !== 'SEND_BACK';

/** Whether the customer is owed an explanation. */
export const needsReason = (grade: Grade): boolean => !isPaidBack(grade) || Boolean(grade.deduction);

/** The grades as the API takes them. */
export const gradeInputs = (grades: readonly Grade[], currency: string): ReturnGradeInput[] =>
  grades.map((grade) => ({
    orderItemId: grade.itemId,
    quantity: grade.units,
    condition: grade.condition,
    disposition: grade.disposition,
    deduction: grade.deduction && isPaidBack(grade) ? amountInput(grade.deduction, currency) : null,
    reason: grade.reason.trim() || null,
  }));
