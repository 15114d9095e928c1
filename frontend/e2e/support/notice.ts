import type { World } from './world.ts';

/** Soon enough for its notice to come within the days that the clock may jump. */
const SETTINGS = { contact: 'privacy@example.com', billingCc: null, language: 'en', retentionDays: 20, subscriptionEndsAt: null };
const DAYS_LATER = 11;
const DAY_MILLISECONDS = 86_400_000;

/** So many days after the notice came. */
export function afterNotice(days: number): Date {
  return new Date(Date.now() + (DAYS_LATER + days) * DAY_MILLISECONDS);
}

/** Lets the site leave, and days go by until the notice about the deletion comes: the links that are in it. */
export async function linksOfNotice(world: World): Promise<readonly string[]> {
  await world.ask('PUT', '/api/v1/settings', SETTINGS);
  await world.sandbox.do('uninstall');
  await world.stopService();
  await world.startService(afterNotice(0));
  const mail = await world.sandbox.mail(/will be deleted on/);
  return mail.text.match(/http:\/\/localhost:\d+\/erasure\/\S+/g) ?? [];
}
