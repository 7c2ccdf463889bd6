import { currentToken } from '../session/token';

const KEPT = 60_000; // ms

/** A file that the server gives to the person who is signed in. Rejects if there is none. */
export async function readFile(path: string): Promise<Response> {
  const response = await fetch(path, { headers: { authorization: `Bearer ${currentToken()}` } });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return response;
}

/** Offers a file to the person, under this name. */
export async function download(path: string, name: string) {
  const address = URL.createObjectURL(await (await readFile(path)).blob());
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT); // some browsers read it only after the click
}
