// Sets light or dark before anything is painted. Not a module, because modules run after the first paint.
(() => {
  const stored = localStorage.getItem('sandbox-theme');
  const wanted = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.colorMode = stored ?? wanted;
})();
