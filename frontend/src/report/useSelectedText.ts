import { type RefObject, useEffect } from 'react';

/** Tells of each text that is selected within one part of the page. */
export function useSelectedText(within: RefObject<HTMLElement | null>, onSelected: (text: string) => void): void {
  useEffect(() => {
    const changed = () => {
      const selection = document.getSelection();
      const part = within.current;
      if (selection === null || selection.isCollapsed || part === null) {
        return;
      }
      if (part.contains(selection.anchorNode) && part.contains(selection.focusNode)) {
        onSelected(selection.toString().trim());
      }
    };
    document.addEventListener('selectionchange', changed);
    return () => document.removeEventListener('selectionchange', changed);
  }, [within, onSelected]);
}
