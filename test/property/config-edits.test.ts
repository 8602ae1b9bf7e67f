// @module-tag slow

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { editText, undone } from '../../src/config/edit/edit-text.js'
import { type Edit, editedTree, isMapTree } from '../../src/config/edit/edits.js'

const root = join(import.meta.dirname, '..', '..')
const demo = readFileSync(join(root, 'devices', 'demo', 'greengauge.yaml'), 'utf8')

/** Written as people write: both styles, comments in every place, a long text, and empty values. */
const BY_HAND = `# of the plant in Wuxi, by hand
mqtt: { host: 127.0.0.1, port: 1883 }   # only here

http:
    # four spaces deep
    host: "127.0.0.1"
    port: 8080 # for pages


plants:   # one for now
# as deep as its key
- id: wuxi
  name: {en: Wuxi , zh: 无锡}
  timezone: 'Asia/Shanghai'
  # shifts of spring
  shifts:
  - { name: day, start: "08:00", end: "20:00" }
  # the night is short
  - name: night   # since March
    start: "20:00"
    end: "04:00"

    days: [ mon, tue,
            wed ]
  report: # all of it
    note: |
      two lines
      of text

    # the address, as registered
    address: >-
      folded
      text
  targets:
  tariffs:
  - valid_from: 2026-01-01   # of the utility
    # block by block
    periods:
      # the cheap one
      - name: valley   # at night
        from: "22:00"
        to: "08:00"
        price_per_kwh: 0.31 # since July

      - name: peak
        # by day
        from: "08:00"
        to: "22:00"
        price_per_kwh: 0.92
  - valid_from: 2026-07-01
    periods:
      # all day
      - price_per_kwh: 0.6   # one price
        name: flat
  devices:
  # behind the main meter

  - id: main-1
    role: main # grid
  # of the kitchen
  - id: sub-1
    line: kitchen
    metrics:
      elec_import_kwh: { multiplier: 40 }

  - id: robot-1
    role: robot
log:
  level: info
# the end
`

type Rng = ReturnType<typeof xoroshiro128plus>
const below = (rng: Rng, n: number) => uniformInt(rng, 0, n - 1)
const oneOf = <T>(rng: Rng, items: readonly T[]): T => items[below(rng, items.length)]!

const SCALARS = [
  0,
  1.5,
  -3,
  true,
  false,
  null,
  'text',
  'a: b',
  'x, y',
  '06:00',
  '#no',
  ' edge ',
  'yes',
  '苏州',
  'two\nlines',
  '',
  "it's",
  '{a',
]

function randomValue(rng: Rng, depth: number): unknown {
  const kind = below(rng, depth > 0 ? 5 : 3)
  if (kind < 3) return oneOf(rng, SCALARS)
  const count = below(rng, 4)
  if (kind === 3) return Array.from({ length: count }, () => randomValue(rng, depth - 1))
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, randomValue(rng, depth - 1)]))
}

/** All places in a tree, deepest last. */
function places(tree: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  const inner = Array.isArray(tree)
    ? tree.flatMap((one, i) => places(one, [...path, i]))
    : isMapTree(tree)
      ? Object.entries(tree).flatMap(([key, one]) => places(one, [...path, key]))
      : []
  return path.length === 0 ? inner : [path, ...inner]
}

function randomEdit(rng: Rng, tree: unknown): Edit {
  const all = places(tree)
  if (all.length === 0) return { op: 'set', path: ['first'], value: randomValue(rng, 3) }
  const path = oneOf(rng, all)
  const at = (p: readonly (string | number)[]) => p.reduce<unknown>((here, part) => (here as never)[part], tree)
  const lists = all.filter((one) => Array.isArray(at(one)))
  const list = lists.length === 0 ? null : oneOf(rng, lists)
  const size = list === null ? 0 : (at(list) as readonly unknown[]).length
  const before = below(rng, 2) === 0 || size === 0 ? undefined : below(rng, size)
  switch (below(rng, 6)) {
    case 0:
      return { op: 'remove', path: path.length > 1 || all.length > 40 ? path : all.at(-1)! }
    case 1:
      return { op: 'set', path, value: randomValue(rng, 2) }
    case 2:
      if (isMapTree(at(path))) return { op: 'set', path: [...path, `new${below(rng, 50)}`], value: randomValue(rng, 3) }
      return { op: 'set', path, value: oneOf(rng, SCALARS) }
    case 3:
      if (size > 0) return { op: 'move', path: [...list!, below(rng, size)], before }
      return { op: 'set', path: [`top${below(rng, 20)}`], value: randomValue(rng, 3) }
    default:
      if (list === null) return { op: 'set', path: [`list${below(rng, 5)}`], value: [randomValue(rng, 2)] }
      return { op: 'add', path: list, value: randomValue(rng, 3), before }
  }
}

const commentsOf = (text: string) =>
  text
    .split('\n')
    .flatMap((line) => /(^|\s)#[^"']*$/.exec(line)?.[0].trim() ?? [])
    .sort()

describe.each([
  ['the demo plants', demo, 50],
  ['a file written by hand', BY_HAND, 1000],
  ['the same with line ends of Windows', BY_HAND.replaceAll('\n', '\r\n'), 250],
  ['the same without a last line break', BY_HAND.replace('\n# the end\n', ''), 250],
  ['an empty file', '', 250],
])('%s', (_name, start, count) => {
  test('after many random edits and their undos has the same bytes, and means after each what the edit says', () => {
    const rng = xoroshiro128plus(20261129)
    let text = start
    const back: (() => void)[] = []
    for (let i = 0; i < count; i++) {
      const tree = parse(text) ?? {}
      const edit = randomEdit(rng, tree)
      const result = editText(text, [edit])
      if ('problems' in result) throw new Error(`${JSON.stringify(edit)}\n${JSON.stringify(result.problems)}\n${text}`)
      expect(parse(result.text) ?? {}).toEqual(editedTree(tree, edit))
      if (edit.op === 'add') expect(commentsOf(result.text)).toEqual(expect.arrayContaining(commentsOf(text)))
      const now = text
      back.push(() => {
        text = undone(text, result.changes)
        expect(text).toBe(now)
      })
      text = result.text
    }
    for (const undo of back.reverse()) undo()
    expect(text).toBe(start)
  })
})

/** Something that a person writes into a file in an editor: a comment of its own line, one behind a value, or an empty line. */
function byHand(rng: Rng, text: string, mark: string): string {
  const lines = text.split('\n')
  const at = below(rng, lines.length)
  const line = lines[at]!
  const indent = /^ */.exec(line)![0]
  const isPlain = /^ *(- )?[a-z_]+: *[a-z0-9]+\r?$/.test(line)
  if (isPlain && below(rng, 2) === 0) return lines.with(at, `${line.trimEnd()} # ${mark}`).join('\n')
  return lines.toSpliced(at, 0, ...oneOf(rng, [[`${indent}# ${mark}`], ['', `${indent}# ${mark}`]])).join('\n')
}

interface WrittenPlant {
  readonly id: string
  readonly devices: readonly { readonly id: string }[]
  readonly targets: readonly unknown[] | null
  readonly tariffs: readonly { readonly periods: readonly object[] }[]
}

/** Edits as forms make them: devices come and change, plants and lines are named anew. */
function byForm(rng: Rng, tree: unknown, round: number): Edit {
  const [plant] = (tree as { plants: readonly WrittenPlant[] }).plants
  const path = ['plants', plant!.id]
  const { id } = oneOf(rng, plant!.devices)
  const tariff = below(rng, 2)
  const { periods, ...rest } = plant!.tariffs[tariff]!
  const at = below(rng, periods.length)
  const priced = periods.with(at, { ...periods[at], price_per_kwh: below(rng, 99) / 100 })
  return oneOf<Edit>(rng, [
    { op: 'add', path: [...path, 'devices'], value: { id: `new-${round}`, role: 'sub' } },
    { op: 'add', path: [...path, 'devices'], value: { id: `new-${round}`, role: 'sub' }, before: id },
    { op: 'set', path: [...path, 'devices', id, 'line'], value: `line-${below(rng, 9)}` },
    { op: 'set', path: [...path, 'devices', id, 'metrics', 'elec_import_kwh', 'period_s'], value: below(rng, 90) + 1 },
    { op: 'set', path: [...path, 'name', oneOf(rng, ['en', 'zh'])], value: oneOf(rng, ['Works', '一厂', 'a: b']) },
    (plant!.targets ?? []).length > 0
      ? { op: 'set', path: [...path, 'targets', 0, 'min'], value: below(rng, 9) / 10 }
      : { op: 'add', path: [...path, 'targets'], value: { kpi: 'oee', window: '1d', min: 0.6 } },
    { op: 'add', path: [...path, 'lines'], value: { id: `line-${round}` } },
    // A form hands in all of what it shows.
    { op: 'set', path: [...path, 'tariffs', tariff], value: { ...rest, periods: priced } },
    { op: 'set', path: [...path, 'tariffs', tariff], value: { ...rest, periods: [...priced, { name: `n${round}` }] } },
  ])
}

const marksIn = (text: string) => [...text.matchAll(/# (hand-\d+)/g)].map(([, mark]) => mark!).sort()

test.each([1, 2, 3, 4, 5])('a file edited by hand and by forms in turn keeps every comment (seed %i)', (seed) => {
  const rng = xoroshiro128plus(seed)
  const own = BY_HAND.split('\n').flatMap((line) => /# .*$/.exec(line)?.[0] ?? [])
  let text = BY_HAND
  const marks: string[] = []
  for (let round = 0; round < 60; round++) {
    const written = byHand(rng, text, `hand-${round}`)
    // A line inside of a text of several lines is no comment: the person would not have written it there.
    const isComment = JSON.stringify(parse(written)) === JSON.stringify(parse(text))
    if (isComment) {
      text = written
      marks.push(`hand-${round}`)
    }
    const edit = byForm(rng, parse(text), round)
    const result = editText(text, [edit])
    if ('problems' in result) throw new Error(`${JSON.stringify(edit)}\n${JSON.stringify(result.problems)}\n${text}`)
    text = result.text
    expect(marksIn(text), JSON.stringify(edit)).toEqual([...marks].sort())
    for (const comment of own) expect(text).toContain(comment)
    expect(text).not.toMatch(/- \{[^}]*name: (valley|peak|flat|n\d+)/)
  }
  expect(marks.length).toBeGreaterThan(30)
})
