import { useCallback, useSyncExternalStore } from 'react';

/** From here on there is room for a table with several columns. */
const TABLE_REM = 48;

/** Whether the frame is too narrow for a table with several columns, or for one that needs so much. */
export function useIsNarrow(neededRem = TABLE_REM): boolean {
  const query = `(width < ${neededRem}rem)`;
  const subscribe = useCallback(
    (changed: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}
