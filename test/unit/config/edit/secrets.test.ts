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

describe('a mark', () => {
  const stores = (...names: readonly string[]) =>
    `store:\n${names.map((name) => `  - { name: ${name}, type: nats, password: of-${name} }\n`).join('')}`
  test('stays with the store or station of its name where one before it goes or comes', () => {
    const three = stores('a', 'b', 'c')
    expect(unmaskedText(maskedText(stores('b', 'c'))!, three)).toBe(stores('b', 'c'))
    expect(() => unmaskedText(maskedText(stores('new', 'a', 'b'))!, three)).toThrow('does not have')
    const stations = "hj212:\n  stations:\n    - { mn: '1', password: one }\n    - { mn: '2', password: two }\n"
    const second = "hj212:\n  stations:\n    - { mn: '2', password: (secret) }\n"
    expect(unmaskedText(second, stations)).toContain('password: two')
  })
  test('of an element without a name stays only with an equal one', () => {
    const two =
      'store:\n  - { type: influxdb, url: http://a, token: x }\n  - { type: influxdb, url: http://b, token: y }\n'
    const second = 'store:\n  - { type: influxdb, url: http://b, token: (secret) }\n'
    expect(unmaskedText(second, two)).toContain('http://b, token: y')
    expect(() => unmaskedText(second.replace('http://b', 'http://c'), two)).toThrow('does not have')
  })
  test('of two equal elements is refused where one of them goes', () => {
    const two = 'store:\n  - { type: nats, password: x }\n  - { type: nats, password: y }\n'
    expect(unmaskedText(maskedText(two)!, two)).toBe(two)
    expect(() => unmaskedText('store:\n  - { type: nats, password: (secret) }\n', two)).toThrow('does not have')
  })
  test('is refused where an alias would show its secret at another setting', () => {
    const known = 'mqtt: { password: abc }\n'
    for (const open of ['a: *p', '*p : 1', 'profiles: { password: *p }', 'a: [*p]']) {
      expect(() => unmaskedText(`mqtt: { password: &p (secret) }\n${open}\n`, known), open).toThrow('alias')
    }
    expect(() => unmaskedText('mqtt: &m { password: (secret) }\nprofiles: *m\n', known)).toThrow('alias')
    const fit = 'mqtt: { password: &p (secret), token: *p }\n'
    expect(unmaskedText(fit, fit.replace('(secret)', 'abc'))).toBe(fit.replace('(secret)', 'abc'))
  })
})
