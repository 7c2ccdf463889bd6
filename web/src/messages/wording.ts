import type { MessageType, Role, TemplateFieldsFragment } from '../gql/graphql';

/** Which messages a template makes. */
export interface Kind {
  type: MessageType;
  audience: Role;
  locale: string;
}

/** The language in which every kind of message has a template from the start. */
export const BUILT_IN = 'en';

/** What a template says. */
export type Wording = Pick<TemplateFieldsFragment, 'subject' | 'text' | 'mjml'>;

type Version = Pick<TemplateFieldsFragment, 'version' | 'publishedAt'>;

export const wordingOf = ({ subject, text, mjml }: Wording): Wording => ({ subject, text, mjml });

/** Whether a template comes with Retour. */
export const isBuiltIn = ({ version }: Version) => version == null;

/** Whether a template is written and not published yet. */
export const isDraft = (template: Version) => !isBuiltIn(template) && template.publishedAt == null;

/** The template that messages are made by: the last published one, or else the one that comes with Retour. */
export function inForce<T extends Version>(templates: readonly T[]): T | undefined {
  return templates.filter((template) => !isDraft(template)).at(-1);
}

/** Where a template is written. */
export const templatePath = ({ type, audience, locale }: Kind) =>
  `/owner/messages/templates/${type}/${audience}/${encodeURIComponent(locale)}`;

/** The tag of a language as the server spells it. What is no such tag stays as it is, and the server says so. */
export function spelled(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? locale;
  } catch {
    return locale;
  }
}

/** The name of a language, or its tag if it has no name. */
export function languageName(locale: string, language: string): string {
  try {
    return new Intl.DisplayNames([language], { type: 'language' }).of(locale) ?? locale;
  } catch {
    return locale;
  }
}
