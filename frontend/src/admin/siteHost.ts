/** The host of a site, which is what its people call it by. */
export function siteHost(site: string): string {
  return URL.canParse(site) ? new URL(site).host : site;
}

/** Whether what was typed names this host. */
export function namesHost(typed: string, host: string): boolean {
  return typed.trim().toLowerCase() === host.toLowerCase();
}
