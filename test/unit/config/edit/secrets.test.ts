import { describe, expect, test } from 'vitest'
import { differingLines } from '../../../../src/config/edit/difference.js'
import { maskedText, unmaskedText } from '../../../../src/config/edit/secrets.js'

const TEXT = `store:
  - type: influxdb
    token: "abc" # of the centre
  - { type: nats, password: def }
notify:
  channels:
    - id: group
      url: https://robot.example/key
    - id: other
      secret: |
        long
`

describe('a text without secrets', () => {
  test('has a mark in place of each, and its comments', () => {
    expect(maskedText(TEXT)).toBe(`store:
  - type: influxdb
    token: (secret) # of the centre
  - { type: nats, password: (secret) }
notify:
  channels:
    - id: group
      url: (secret)
    - id: other
      secret: (secret)
`)
  })
  test('gets them back, also where elements have changed their places', () => {
    expect(unmaskedText(maskedText(TEXT)!, TEXT)).toBe(TEXT.replace('|\n        long', '"long\\n"'))
    const swapped = 'notify:\n  channels:\n    - { id: other, secret: (secret) }\n    - { id: group, url: (secret) }\n'
    expect(unmaskedText(swapped, TEXT)).toBe(
      swapped.replace('(secret)', '"long\\n"').replace('(secret)', 'https://robot.example/key'),
    )
  })
  test('is refused at a mark that stands for none', () => {
    expect(() => unmaskedText('notify: { channels: [{ id: new, url: (secret) }] }', TEXT)).toThrow('does not have')
  })
  test('hides what an alias makes a secret', () => {
    expect(maskedText('x: &p abc\nstore: [{ token: *p }]\n')).not.toContain('abc')
  })
  test('is not told of a file that is no YAML', () => expect(maskedText('a: [')).toBeNull())
})

describe('a difference', () => {
  test('shows the lines that differ with three around them', () => {
    const before = Array.from({ length: 20 }, (_, i) => `line ${i + 1}`)
    const after = before.toSpliced(9, 1, 'other', 'more')
    expect(differingLines(before.join('\n'), after.join('\n')).map(({ kind, line }) => `${kind} ${line}`)).toEqual([
      'same 7',
      'same 8',
      'same 9',
      'removed 10',
      'added 10',
      'added 11',
      'same 12',
      'same 13',
      'same 14',
    ])
  })
  test('is empty for equal texts', () => expect(differingLines('a', 'a')).toEqual([]))
})
