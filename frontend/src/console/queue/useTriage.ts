import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

import { rowAfter, useKeys } from '../keys.ts';
import { useMay, useSession } from '../SessionContext.ts';
import { assign } from '../ticket/deeds.ts';
import { type Act, useAct } from '../useAct.ts';
import { queueWords } from '../words/queue.ts';
import { useWords } from '../words/language.ts';

export interface Triage {
  /** What was done last, to be read out. */
  readonly said: string;
  readonly say: (text: string) => void;
  readonly act: Act;
  readonly assignToMe: (number: string) => Promise<void>;
  /** Gives the focus back to this ticket, or to the one that has taken its place in the list. */
  readonly keepPlace: (number: string) => void;
}

interface Wishes {
  readonly list: RefObject<HTMLElement>;
  /** What the list shows: another one comes with other rows. */
  readonly shown: unknown;
  readonly onClose: (number: string) => void;
  readonly onChanged: () => void;
}

interface Kept {
  readonly number: string;
  readonly at: number;
}

function rowsOf(list: RefObject<HTMLElement>): readonly HTMLElement[] {
  return [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
}

/** The row that has the focus, or that something in it has. */
function focused(rows: readonly HTMLElement[]): number {
  return rows.findIndex((row) => (row.closest('tr, li') ?? row).contains(document.activeElement));
}

/** Triage by single keys. The row that has the focus is the one that they are about. */
export function useTriage({ list, shown, onClose, onChanged }: Wishes): Triage {
  const words = useWords(queueWords);
  const { name } = useSession();
  const may = useMay();
  const act = useAct();
  const [said, say] = useState('');
  const kept = useRef<Kept | null>(null);

  const remember = (number: string) => {
    const at = rowsOf(list).findIndex((row) => row.dataset.row === number);
    kept.current = { number, at: at === -1 ? (kept.current?.at ?? 0) : at };
  };
  const focusKept = useCallback(() => {
    const rows = rowsOf(list);
    const place = kept.current;
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (place !== null && isLost) {
      const same = rows.find((row) => row.dataset.row === place.number);
      (same ?? rows[Math.min(place.at, rows.length - 1)])?.focus();
    }
  }, [list]);
  // The row that had the focus may be gone from the list.
  useEffect(focusKept, [focusKept, shown]);

  const move = (step: 1 | -1) => {
    const rows = rowsOf(list);
    const row = rows[rowAfter(focused(rows), step, rows.length)];
    row?.focus();
    row?.scrollIntoView({ block: 'nearest' });
  };
  const withFocused = (deed: (number: string) => void) => {
    const rows = rowsOf(list);
    const number = rows[focused(rows)]?.dataset.row;
    if (number !== undefined) {
      remember(number);
      deed(number);
    }
  };
  const assignToMe = async (number: string) => {
    remember(number);
    if (may('staff: triage') && (await act.run((stop) => assign(number, name, stop)))) {
      say(words.assigned(number));
      onChanged();
    }
  };
  const keepPlace = (number: string) => {
    remember(number);
    // The dialog hands the focus back first, and to nowhere where its button has gone.
    window.setTimeout(focusKept, 50);
  };

  useKeys({
    next: () => move(1),
    previous: () => move(-1),
    assign: () => withFocused((number) => void assignToMe(number)),
    close: () => withFocused(onClose),
    reload: onChanged,
  });
  return { said, say, act, assignToMe, keepPlace };
}
