import { createContext, useContext, useEffect, useRef } from 'react';

/** What a single key means. */
export type Deed = 'next' | 'previous' | 'assign' | 'close' | 'search' | 'keys' | 'reload' | 'back';

const DEEDS: Readonly<Record<string, Deed>> = {
  j: 'next',
  k: 'previous',
  a: 'assign',
  c: 'close',
  '/': 'search',
  '?': 'keys',
  r: 'reload',
  u: 'back',
};

export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
}

/** What pressing this asks for. Somebody who writes asks for nothing, nor does whoever holds a key of the system. */
export function deedOf(pressed: Pressed, isWriting: boolean): Deed | null {
  if (isWriting || pressed.ctrlKey || pressed.metaKey || pressed.altKey) {
    return null;
  }
  const deed = Object.hasOwn(DEEDS, pressed.key) ? (DEEDS[pressed.key] ?? null) : null;
  // A key that is held moves on along a list, and does nothing else twice.
  return pressed.repeat && deed !== 'next' && deed !== 'previous' ? null : deed;
}

const WRITING = 'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable="true"], dialog, [role="dialog"]';

export type Deeds = Partial<Record<Deed, () => void>>;

/** Whether single keys do anything; whoever dictates can switch them off (WCAG 2.1.4). */
export const KeysContext = createContext(true);

/** Listens for keys while the part that uses this is there. */
export function useKeys(deeds: Deeds): void {
  const isOn = useContext(KeysContext);
  const newest = useRef(deeds);
  newest.current = deeds;
  useEffect(() => {
    if (!isOn) {
      return undefined;
    }
    const listen = (event: KeyboardEvent) => {
      const isWriting = event.target instanceof Element && event.target.closest(WRITING) !== null;
      const isInDialog = document.querySelector('[role="dialog"]') !== null;
      const deed = deedOf(event, isWriting || isInDialog);
      const act = deed === null ? undefined : newest.current[deed];
      if (act !== undefined && !event.defaultPrevented) {
        event.preventDefault();
        act();
      }
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [isOn]);
}

/** Which row the focus goes to from `at` (-1 from nowhere); it stays at either end. */
export function rowAfter(at: number, step: 1 | -1, rows: number): number {
  if (rows === 0) {
    return -1;
  }
  return at === -1 ? 0 : Math.min(Math.max(at + step, 0), rows - 1);
}
