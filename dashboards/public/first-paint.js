// Runs before the first paint, so that a remembered theme does not flash in from the other one. A file of its own,
// because the content security policy refuses inline scripts.
try {
  const theme = localStorage.getItem('greengauge.theme')
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme
} catch {
  // Storage is refused in some private windows: the system's theme stands.
}
