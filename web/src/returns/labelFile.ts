import type { LabelFieldsFragment } from '../gql/graphql';

export interface Labeled {
  number: string;
  trackingNumber?: string | null | undefined;
  labels: readonly LabelFieldsFragment[];
}

/** The number of a label: that of its shipment, and which of its packages it is for. */
export const numberOf = (shipment: { number: string }, label: { position: number }) =>
  `${shipment.number}-${label.position}`;

/** The carriers' numbers of a return's packages. */
export const trackingNumbers = ({ trackingNumber, labels }: Labeled) => {
  const numbers = labels.filter(({ status }) => status === 'ISSUED').map((label) => label.trackingNumber);
  return [...new Set([trackingNumber, ...numbers])].filter((number) => number != null);
};
