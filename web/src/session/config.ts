/** What the server says about itself at /console/config.json. */
export interface Config {
  demo: boolean;
  graphiql: boolean;
  /** Whether the server mails links to orders. */
  guests: boolean;
  /** Whether the server answers introspection queries. */
  introspection: boolean;
  oidc: { authority: string; clientId: string } | null;
}

export async function readConfig(): Promise<Config> {
  const response = await fetch('/console/config.json');
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return (await response.json()) as Config;
}

export interface Person {
  id: string;
  name: string;
  role: 'CUSTOMER' | 'SELLER' | 'OWNER';
}

export async function readPeople(): Promise<Person[]> {
  const response = await fetch('/demo/people');
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return ((await response.json()) as { people: Person[] }).people;
}

export async function demoToken(person: string): Promise<string> {
  const response = await fetch('/demo/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person }),
  });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return ((await response.json()) as { token: string }).token;
}
