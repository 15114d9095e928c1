/** The address without the token that opened the page; everything else in it stays as it is. */
export function withoutToken(address: string): string {
  const url = new URL(address);
  url.searchParams.delete('jwt');
  return url.href;
}

/** Keeps the token out of the history, of copied addresses and of pictures of the screen. */
export function removeTokenFromAddress(): void {
  window.history.replaceState(window.history.state, '', withoutToken(window.location.href));
}
