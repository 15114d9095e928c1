/** Numbers and times as they are written in a locale; without one, in that of the browser. */
export type Locale = string | undefined;

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function formatCount(value: number, locale?: Locale): string {
  return new Intl.NumberFormat(locale).format(value);
}

export function formatBytes(bytes: number, locale?: Locale): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[unit],
    // "312 byte" is what the short form writes, so the smallest unit is written out.
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: unit === 0 ? 0 : 1,
  }).format(value);
}

export function formatMoment(moment: string | Date, locale?: Locale, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(new Date(moment));
}

/** With the zone, which other times on the same page are in too. */
export function formatTimeOfDay(moment: Date, locale?: Locale, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'long', timeZone }).format(moment);
}
