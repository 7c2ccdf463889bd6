/** The roles that the examples run as. */
export type Role = 'CUSTOMER' | 'SELLER' | 'OWNER';

/** A person of the demo with a token. */
export interface Account {
  role: Role;
  name: string;
  token: string;
}

interface Person {
  id: string;
  name: string;
  role: Role;
}

/** One account for each role, with a fresh token. */
export async function signInToDemo(): Promise<Account[]> {
  const response = await fetch('/demo/people');
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  const { people } = (await response.json()) as { people: Person[] };
  const roles: Role[] = ['CUSTOMER', 'SELLER', 'OWNER'];
  const firstOfEach = roles.flatMap((role) => people.find((person) => person.role === role) ?? []);
  return Promise.all(
    firstOfEach.map(async ({ id, name, role }) => ({ role, name, token: await tokenOf(id) })),
  );
}

/** The account of a seller by the handle: the one who confirms what was bought there. Without a demo there is none. */
export async function sellerAccount(accounts: Account[], handle: string): Promise<Account | undefined> {
  const account = accounts.find(({ role }) => role === 'SELLER');
  if (!account || !handle) return account;
  return { role: 'SELLER', name: handle, token: await tokenOf(`seller:${handle}`) };
}

async function tokenOf(person: string): Promise<string> {
  const response = await fetch('/demo/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person }),
  });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return ((await response.json()) as { token: string }).token;
}

/** The text of the headers editor with the account's token in it. Other headers stay. */
export function headersOf(account: Account | undefined, before = ''): string | null {
  if (!account) return null;
  let headers: object = {};
  try {
    headers = JSON.parse(before || '{}') as object;
  } catch {
    // headers that are not valid JSON are replaced
  }
  return JSON.stringify({ ...headers, authorization: `Bearer ${account.token}` }, null, 2);
}

/** Replaces the tokens that GraphiQL saved on earlier visits by fresh tokens of the same people. */
export function renewSavedTokens(accounts: Account[], storage: Storage): void {
  for (const key of Object.keys(storage).filter((name) => name.startsWith('graphiql:'))) {
    const saved = storage.getItem(key) ?? '';
    const renewed = saved.replace(/Bearer ([\w-]+\.[\w-]+\.[\w-]+)/g, (header, token: string) => {
      const account = accounts.find((candidate) => holderOf(candidate.token) === holderOf(token));
      return account ? `Bearer ${account.token}` : header;
    });
    if (renewed !== saved) storage.setItem(key, renewed);
  }
}

/** The role and the person that a token names; the token itself if it cannot be read. */
function holderOf(token: string): string {
  try {
    const claims = atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'));
    const { role, sub, seller } = JSON.parse(claims) as { role?: string; sub?: string; seller?: string };
    return JSON.stringify([role, sub, seller]);
  } catch {
    return token;
  }
}
