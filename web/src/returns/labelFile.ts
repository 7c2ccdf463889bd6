/** The number of a label: that of its shipment, and which of its packages it is for. */
export const numberOf = (shipment: { number: string }, label: { position: number }) =>
  `${shipment.number}-${label.position}`;
