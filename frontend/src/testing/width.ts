const WIDE_PIXELS = 1280;
const NARROW_PIXELS = 320;

/** Gives the document the width of a frame that has room for tables, or has none. */
export function showWide(isWide: boolean): void {
  const { happyDOM } = window as unknown as { readonly happyDOM: { setViewport(size: { readonly width: number }): void } };
  happyDOM.setViewport({ width: isWide ? WIDE_PIXELS : NARROW_PIXELS });
}
