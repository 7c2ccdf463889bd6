import type { Role, StoreOrderFieldsFragment } from '../gql/graphql';

export type Request = StoreOrderFieldsFragment['requests'][number];

/** One step of a request: when it was done, or by when it is expected if anybody knows. */
export interface Step {
  name: 'Requested' | 'Agreed' | 'Confirmed' | 'Sent' | 'Received' | 'Inspected' | 'Paid' | Ending;
  at?: string | null | undefined;
  by?: string | null | undefined;
  /** Who did it for somebody else, and for whom. */
  decided?: { actor: { role: Role }; onBehalfOf?: Role | null | undefined } | undefined;
}

type Ending = 'Refused' | 'TakenBack' | 'Ended' | 'Converted';

const ENDINGS: Partial<Record<Request['status'], Ending>> = {
  REJECTED: 'Refused',
  WITHDRAWN: 'TakenBack',
  EXPIRED: 'Ended',
  CONVERTED: 'Converted',
};

/** The last event that brought the request, or what belongs to it, to a status. */
export const lastEvent = ({ timeline }: Request, subject: 'REQUEST' | 'PLAN', to: string) =>
  timeline.findLast((event) => event.subject === subject && event.to === to);

/** From the request to the money: what was done, and what is still to come unless the request has ended before. */
export function stepsOf(request: Request): Step[] {
  const steps: Step[] = [
    { name: 'Requested', at: request.createdAt },
    agreed(request),
    ...wayBack(request),
    paid(request),
  ];
  const ending = ENDINGS[request.status];
  if (!ending) return steps;
  const end = { name: ending, at: lastEvent(request, 'REQUEST', request.status)?.at };
  return [...steps.filter(({ at }) => at), end];
}

function agreed(request: Request): Step {
  const { transaction, timeline, plan, waitingOn, dueAt } = request;
  const decided = timeline.find(({ subject, to }) => subject === 'REQUEST' && to === 'APPROVED');
  return {
    name: transaction === 'CANCEL' ? 'Confirmed' : 'Agreed',
    decided,
    at: decided?.at,
    by: waitingOn === 'SYSTEM' ? plan?.dueAt : dueAt,
  };
}

/** The way of the goods, unless nobody wants them back. */
function wayBack({ returnShipment: shipment, returnTerms: terms }: Request): Step[] {
  if (!(shipment ? shipment.status !== 'WAIVED' || shipment.sentAt : terms && terms.method !== 'KEEP'))
    return [];
  const arriving = shipment?.status === 'IN_TRANSIT' || shipment?.status === 'RECEIVED';
  const sent: Step = { name: 'Sent', at: shipment?.sentAt ?? shipment?.receivedAt, by: shipment?.shipBy };
  if (shipment?.status === 'WAIVED') return [sent];
  return [
    sent,
    {
      name: shipment?.inspectedAt ? 'Inspected' : 'Received',
      at: shipment?.inspectedAt ?? shipment?.receivedAt,
      by: arriving ? shipment.dueAt : null,
    },
  ];
}

function paid(request: Request): Step {
  const { returnShipment: shipment, plan, withdrawal } = request;
  const inspected = shipment?.status === 'RECEIVED' && plan?.refundState === 'HELD' ? shipment.dueAt : null;
  return {
    name: 'Paid',
    at: plan?.status === 'COMPLETED' ? lastEvent(request, 'PLAN', 'COMPLETED')?.at : null,
    by: withdrawal?.refundDueAt ?? inspected,
  };
}
