/** Has the browser keep it as a file. */
export function save(name: string, content: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

export function saveCsv(name: string, text: string): void {
  save(name, new Blob([text], { type: 'text/csv;charset=utf-8' }))
}
