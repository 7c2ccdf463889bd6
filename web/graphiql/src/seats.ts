/** Who the examples speak for. */
export type Role = 'CUSTOMER' | 'SELLER' | 'OWNER';

export interface Seat {
  role: Role;
  name: string;
  token: string;
}

interface Person {
  id: string;
  name: string;
  role: Role;
}

/** One seat for each role with a fresh token. */
export async function takeSeats(): Promise<Seat[]> {
  const answer = await fetch('/demo/people');
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  const { people } = (await answer.json()) as { people: Person[] };
  const roles: Role[] = ['CUSTOMER', 'SELLER', 'OWNER'];
  const first = roles.flatMap((role) => people.find((one) => one.role === role) ?? []);
  return Promise.all(first.map(async ({ id, name, role }) => ({ role, name, token: await tokenOf(id) })));
}

async function tokenOf(person: string): Promise<string> {
  const answer = await fetch('/demo/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person }),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return ((await answer.json()) as { token: string }).token;
}

/** The contents of the headers editor with a seat's token in them; what else stands there stays. */
export function headersOf(seat: Seat | undefined, before = ''): string | null {
  if (!seat) return null;
  let kept: object = {};
  try {
    kept = JSON.parse(before || '{}') as object;
  } catch {
    // half-written headers give way
  }
  return JSON.stringify({ ...kept, authorization: `Bearer ${seat.token}` }, null, 2);
}

/** Replace the tokens of earlier visits, wherever GraphiQL has kept them, by those of today. */
export function renewKept(seats: Seat[], storage: Storage): void {
  for (const key of Object.keys(storage).filter((one) => one.startsWith('graphiql:'))) {
    const kept = storage.getItem(key) ?? '';
    const renewed = kept.replace(/Bearer ([\w-]+\.[\w-]+\.[\w-]+)/g, (whole, token: string) => {
      const seat = seats.find((one) => holder(one.token) === holder(token));
      return seat ? `Bearer ${seat.token}` : whole;
    });
    if (renewed !== kept) storage.setItem(key, renewed);
  }
}

/** Who a token speaks for, as far as it says. */
function holder(token: string): string {
  try {
    const claims = atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'));
    const { role, sub, seller } = JSON.parse(claims) as { role?: string; sub?: string; seller?: string };
    return JSON.stringify([role, sub, seller]);
  } catch {
    return token;
  }
}
