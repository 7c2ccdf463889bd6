/** What the server says about itself at /console/config.json. */
export interface Config {
  demo: boolean;
  graphiql: boolean;
  /** Whether the server tells its schema. */
  introspection: boolean;
  oidc: { authority: string; clientId: string } | null;
}

export async function readConfig(): Promise<Config> {
  const answer = await fetch('/console/config.json');
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return (await answer.json()) as Config;
}

export interface Person {
  id: string;
  name: string;
  role: 'CUSTOMER' | 'SELLER' | 'OWNER';
}

export async function readPeople(): Promise<Person[]> {
  const answer = await fetch('/demo/people');
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return ((await answer.json()) as { people: Person[] }).people;
}

export async function demoToken(person: string): Promise<string> {
  const answer = await fetch('/demo/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person }),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return ((await answer.json()) as { token: string }).token;
}
