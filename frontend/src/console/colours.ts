/** Follows what the system is set to, light or dark, also when that changes. */
export function followSystemColours(): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const follow = () => document.documentElement.setAttribute('data-color-mode', dark.matches ? 'dark' : 'light');
  dark.addEventListener('change', follow);
  follow();
}
