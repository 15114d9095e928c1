/** The path of one call of the service, under the prefix that the service stands under. */
export function underBase(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}${path}`;
}

/** The prefix that the service wrote into the page; empty when it stands at the root. */
export function serviceBase(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="kept-base"]')?.content ?? '';
}
