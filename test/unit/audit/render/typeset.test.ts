import { expect, test } from 'vitest'
import { Typesetter } from '../../../../src/audit/render/pdf/typeset.js'

const STYLE = { size: 10, color: '#000' }

/** A typesetter whose letters are all half as wide as they are high, with how many of them it looked at. */
function typesetter() {
  const looks = { letters: 0 }
  const pdf = { font: () => pdf, widthOfString: () => 0.5 }
  const fonts = {
    sliceOf: () => {
      looks.letters++
      return 'face'
    },
  }
  return { setter: new Typesetter(pdf as never, fonts as never), looks }
}

test('a word of 65,536 letters is broken line by line, each letter looked at a few times', () => {
  const { setter, looks } = typesetter()
  const lines = setter.lines(`long ${'x'.repeat(65_536)}`, STYLE, 200)
  expect(lines.map(({ runs }) => runs.map(({ text }) => text).join('')).join('')).toBe(`long${'x'.repeat(65_536)}`)
  expect(lines).toHaveLength(1 + Math.ceil(65_536 / 40))
  expect(lines.filter(({ width }) => width > 200)).toEqual([])
  expect(looks.letters).toBeLessThan(40 * 65_536)
})

test('a letter of two halves stays whole, wherever the look ahead ends', () => {
  const { setter } = typesetter()
  for (const before of [0, 1]) {
    const word = 'x'.repeat(before) + '\u{1f600}'.repeat(300)
    const lines = setter.lines(word, STYLE, 5 * 40)
    expect(lines.map(({ runs }) => runs.map(({ text }) => text).join('')).join('')).toBe(word)
    expect(lines).toHaveLength(Math.ceil((300 + before) / 40))
  }
})
