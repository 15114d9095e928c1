const HOUR = 3_600_000;
/** The time of day at which work begins. */
const MORNING = 9;

const two = (number: number) => String(number).padStart(2, '0');

/** The next morning, in the form that a field for a time of the browser's own zone takes. */
export function asTyped(now: number): string {
  const at = new Date(now + 24 * HOUR);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(MORNING)}:00`;
}

/** What was typed, as the service takes it; nothing for what is over, or lies after the day on which the ticket goes. */
export function snoozeUntil(typed: string, now: number, goesAt: string): string | null {
  const at = new Date(typed);
  const isTime = !Number.isNaN(at.getTime());
  return isTime && at.getTime() > now && at.getTime() < new Date(goesAt).getTime() ? at.toISOString() : null;
}
