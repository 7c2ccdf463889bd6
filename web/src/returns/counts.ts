import type { ReturnFieldsFragment } from '../gql/graphql';

type Line = ReturnFieldsFragment['lines'][number];

/** Whether units have arrived once already, so that only missing ones can follow. */
const hasArrived = ({ status }: ReturnFieldsFragment) => status === 'RECEIVED' || status === 'INSPECTED';

/** The units of a line that are still to come. */
export const toCome = (shipment: ReturnFieldsFragment, line: Line): number =>
  hasArrived(shipment) ? line.missing : line.expected;

/** The units of a line that have arrived and that nobody has looked at. */
export const toGrade = (line: Line): number =>
  line.received - line.grades.reduce((sum, grade) => sum + grade.quantity, 0);

/** Whether the money of a return waits for its goods. */
export const isHeld = (shipment: ReturnFieldsFragment): boolean =>
  shipment.request.plan?.refundState === 'HELD';
