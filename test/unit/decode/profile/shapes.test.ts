import { expect, test } from 'vitest'
import { compileProfiles } from '../../../../src/decode/profile/compile.js'
import { profilesOptions } from '../../../../src/decode/profile/options.js'
import { JsonShapes } from '../../../../src/decode/profile/shapes.js'

const METER = {
  name: { en: 'Meter' },
  source: { url: 'x', date: '2026-01-01' },
  messages: [{ topic: 'x/{device}', values: [{ metric: 'elec_import_kw', sum: ['phases.power'] }] }],
}

/** Reads a text by the shapes of others that were met before; undefined when it has none of them. */
function readOf(text: string, ...met: readonly string[]): unknown {
  const options = profilesOptions.parse({ use: [{ profile: 'a/b', plant: 'p', line: 'l' }], defined: { 'a/b': METER } })
  const shapes = new JsonShapes(compileProfiles(options, () => 'UTC')[0]!.messages)
  for (const one of met) shapes.learn(Buffer.from(one), JSON.parse(one))
  const body = Buffer.from(`7${text}8`)
  return shapes.read(body, 1, body.length - 1)?.content
}

const FIRST = '{"id":"m1","phases":{"power":[1,2],"volt":230}}'

test('a text of a shape that was met is read as far as it is wanted', () => {
  expect(readOf('{"id":"m2","phases":{"power":[3.5,null],"volt":231}}', FIRST)).toMatchObject({
    phases: { power: [3.5, null] },
  })
  expect(readOf(FIRST)).toBeUndefined()
})

test.each([
  ['another key', '{"id":"m1","phases":{"power":[1,2],"amps":230}}'],
  ['another order', '{"phases":{"power":[1,2],"volt":230},"id":"m1"}'],
  ['a longer list', '{"id":"m1","phases":{"power":[1,2,3],"volt":230}}'],
  ['a map for a value', '{"id":{},"phases":{"power":[1,2],"volt":230}}'],
  ['an escape', '{"id":"m\\u0031","phases":{"power":[1,2],"volt":230}}'],
  ['a number that is none', '{"id":"m1","phases":{"power":[1,2],"volt":0230}}'],
  ['an end that is missing', '{"id":"m1","phases":{"power":[1,2],"volt":230}'],
  ['something behind the end', `${FIRST} `],
])('%s is another shape', (_, text) => {
  expect(readOf(text, FIRST)).toBeUndefined()
})

test('what is not UTF-8 in a value is of no shape, and a key said twice makes none', () => {
  const shapes = new JsonShapes([])
  shapes.learn(Buffer.from('{"a":"x"}'), { a: 'x' })
  expect(shapes.read(Buffer.from('{"a":"电"}'), 0, 11)).toBeDefined()
  expect(shapes.read(Buffer.from('{"a":"\xff"}', 'latin1'), 0, 9)).toBeUndefined()
  expect(readOf('{"a":1,"a":2}', '{"a":1,"a":2}')).toBeUndefined()
})

test('one value by itself is of no shape: a number after a null is a number', () => {
  for (const one of ['null', '5', '"x"', 'true']) expect(readOf('7', one)).toBeUndefined()
})
