// Before the first paint: the colours that were chosen on this machine (client/theme.svelte.ts keeps them), and that the
// review is presented, so that its first lines stand where they stay.
// A file of its own, because the content security policy allows no inline script.
try {
  const scheme = localStorage.getItem('quarterdeck.scheme');
  if (scheme === 'light' || scheme === 'dark') document.documentElement.dataset.theme = scheme;
} catch {
  // No storage here: as the system says.
}
if (/^\/(review(\/|$)|$)/.test(location.pathname) && new URLSearchParams(location.search).has('present'))
  document.documentElement.dataset.presenter = '';
