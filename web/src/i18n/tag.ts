/** A language with the region where most of its speakers live: de-DE for de. */
export function tag(code: string): string {
  const { language, region } = new Intl.Locale(code).maximize();
  return `${language}-${region}`;
}
