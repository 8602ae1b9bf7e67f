import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** Proves that Chinese is legible in every typeface of the pages, also where the machine has no Chinese font of its own. */

test('formulas and codes have the same Chinese fonts behind theirs as other text', () => {
  const theme = readFileSync('dashboards/src/ui/theme.css', 'utf8')
  const [, chinese] = /--chinese: ([^;]+);/.exec(theme) ?? []
  expect(chinese).toContain('"Noto Sans SC Variable"')
  for (const stack of ['sans', 'mono']) {
    const [, fonts] = new RegExp(`--${stack}: ([^;]+);`).exec(theme) ?? []
    expect(fonts, stack).toContain('var(--chinese)')
  }
})
