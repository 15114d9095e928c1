/** Whether a version is in a range as advisories write them: `<1.2.3`, `>=1.0.0 <1.2.3`, several of them between `||`. */
export function isIn(version, range) {
  return range.split('||').some((part) => part.trim().split(/\s*,\s*|\s+(?=[<>=])/).every((bound) => holds(version, bound.trim())));
}

const BOUND = /^(<=|>=|<|>|=|)\s*v?(\d+(?:\.\d+)*)(?:-.*)?$/;

function holds(version, bound) {
  if (bound === '*') {
    return true;
  }
  const [, sign, limit] = BOUND.exec(bound) ?? [];
  if (limit === undefined) {
    throw new Error(`No bound of a version: ${bound}`);
  }
  const order = compare(version, limit);
  switch (sign) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return order === 0;
  }
}

/** By their numbers. A version before the first one of its number counts as that one, so that it is rather found than missed. */
function compare(one, other) {
  const [first, second] = [one, other].map((version) => version.split('-')[0].split('.').map(Number));
  for (let at = 0; at < 3; at += 1) {
    const difference = (first[at] ?? 0) - (second[at] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}
