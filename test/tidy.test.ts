import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { doubledTypes } from './support/doubled-types.js'
import { GENERATED_PAGES } from './support/generated-tables.js'
import {
  bannedCalls,
  borrowedFormulas,
  circles,
  deadFiles,
  exportedTwice,
  fragmentComments,
  House,
  LAYERS,
  layerBreaches,
  longFiles,
  looseFiles,
  ownDurations,
  type PackageJson,
  packageBreaches,
  unfinished,
} from './support/house-rules.js'
import { readSources } from './support/house-sources.js'
import { codePathsOf } from './support/links.js'
import { longFunctions } from './support/long-functions.js'
import { PAGE_ARITHMETIC, pageArithmetic } from './support/page-arithmetic.js'
import { missingSections, sectionsOf } from './support/specification.js'
import { heavyStarts } from './support/start-weight.js'

const root = join(import.meta.dirname, '..')
const readText = (name: string) => readFileSync(join(root, name), 'utf8')

/** Pages that lead into the code: a file that moves takes its line there with it. */
const PAGES_ON_CODE = ['CONTRIBUTING.md', 'docs/understand/architecture.md', 'docs/understand/glossary.md']
/** Lines of a page that a newcomer reads in a few minutes; the rest is a link away. */
const README_LINES_MAX = 200

const house = new House(readSources(root))

describe('the house is tidy', () => {
  test('imports point up the folder list', () => expect(layerBreaches(house)).toEqual([]))
  test('every file has its folder', () => expect(looseFiles(house)).toEqual([]))
  test('no file needs itself in a circle', () => expect(circles(house)).toEqual([]))
  test('every file is reached from an entry', () => expect(deadFiles(house)).toEqual([]))
  test('no command loads what few need', () => expect(heavyStarts(house)).toEqual([]))
  test('nothing calls what is banned', () => expect(bannedCalls(house)).toEqual([]))
  test('no page adds up figures', () => expect(pageArithmetic(house)).toEqual([]))
  test('one name means one thing', () => expect(exportedTwice(house)).toEqual([]))
  test('a type of the wire is written once', () => expect(doubledTypes(house.sources)).toEqual([]))
  test('comments are whole sentences', () => expect(fragmentComments(house)).toEqual([]))
  test('an hour and a day are written once', () => expect(ownDurations(house)).toEqual([]))
  test('nothing is left unfinished', () => expect(unfinished(house)).toEqual([]))
  test('no file has two subjects', () => expect(longFiles(house)).toEqual([]))
  test('no function has two subjects', () => expect(longFunctions(house.sources)).toEqual([]))
  test('what is recomputed beside the product knows nothing of it', () => expect(borrowedFormulas(house)).toEqual([]))
  test('packages are exact, declared and used', () => {
    expect(packageBreaches(house, JSON.parse(readText('package.json')) as PackageJson)).toEqual([])
  })
  test('the KPI specification has every section that is cited', () => {
    expect(missingSections(house, readText('docs/kpi-specification.md'))).toEqual([])
  })
  test.each(Object.entries(GENERATED_PAGES))(
    '%s is what the code makes of it (npm run tables writes it)',
    async (path, make) => expect(readText(path)).toBe(await make(readText)),
  )
  test.each(PAGES_ON_CODE)('%s names files and folders that are there', (page) => {
    const paths = codePathsOf(readText(page))
    expect(paths.length).toBeGreaterThan(5)
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
  test('the README is short enough to be read', () =>
    expect(readText('README.md').split('\n').length - 1).toBeLessThanOrEqual(README_LINES_MAX))
})

/** A house of a few files, each given as path and text. */
function houseOf(files: Readonly<Record<string, string>>): House {
  return new House(Object.entries(files).map(([path, text]) => ({ path, text })))
}

test('a recomputation that takes a formula of the product is found', () => {
  const house = houseOf({
    'test/cross-check/recompute/a.ts': "import { oee } from '../../../src/kpi/oee.js'\nimport './b.js'",
    'test/cross-check/recompute/b.ts': '',
    'src/kpi/oee.ts': '',
  })
  expect(borrowedFormulas(house)).toEqual([
    'test/cross-check/recompute/a.ts:1: imports src/kpi/oee.ts; it is written from the KPI specification alone',
  ])
})

describe('a stage that reaches down the folder list is found', () => {
  test.each([
    ['src/decode/a.ts', "import { x } from '../kpi/b.js'", 'src/kpi/b.ts'],
    ['src/decode/a.ts', "import type { X } from '../runtime/gateway.js'", 'src/runtime/gateway.ts'],
    ['src/decode/a.ts', "export * from '../views/b.js'", 'src/views/b.ts'],
    ['src/decode/a.ts', "const x = await import('../stores/b.js')", 'src/stores/b.ts'],
    ['src/decode/a.ts', "let x: import('../audit/b.js').X", 'src/audit/b.ts'],
    ['simulators/a.ts', "import { x } from '../src/decode/b.js'", 'src/decode/b.ts'],
    ['dashboards/src/a.tsx', "import { x } from '../../src/kpi/b.js'", 'src/kpi/b.ts'],
    ['dashboards/src/a.tsx', "import { x } from '../../src/views/wire/b.js'", 'src/views/wire/b.ts'],
    ['dashboards/src/a.tsx', "import type { X } from '../../src/views/b.js'", 'src/views/b.ts'],
    ['dashboards/src/a.tsx', "import { x } from '../../src/base/wire/b.js'", 'src/base/wire/b.ts'],
    ['src/base/a.ts', "import { x } from './wire/b.js'", 'src/base/wire/b.ts'],
    ['src/base/a.ts', "export { x } from './wire/b.js'", 'src/base/wire/b.ts'],
    ['src/views/wire/a.ts', "import type { X } from '../b.js'", 'src/views/b.ts'],
    ['src/cli.ts', "import { x } from '../simulators/b.js'", 'simulators/b.ts'],
    ['src/kpi/a.ts', "import { x } from '../../test/support/b.js'", 'test/support/b.ts'],
  ])('%s: %s', (path, text, target) => {
    expect(layerBreaches(houseOf({ [path]: text, [target]: '' }))).toHaveLength(1)
  })

  test.each([
    ['src/kpi/a.ts', "import { x } from '../decode/b.js'", 'src/decode/b.ts'],
    ['src/kpi/a.ts', "import { x } from './b.js'", 'src/kpi/b.ts'],
    ['src/runtime/gateway.ts', "import { x } from '../views/b.js'", 'src/views/b.ts'],
    ['dashboards/src/a.tsx', "import { x } from '../../src/base/b.js'", 'src/base/b.ts'],
    ['dashboards/src/a.tsx', "import type { X } from '../../src/views/wire/b.js'", 'src/views/wire/b.ts'],
    ['src/views/wire/a.ts', "import { x } from '../../base/b.js'", 'src/base/b.ts'],
    ['src/views/wire/a.ts', "import { x } from '../../base/wire/b.js'", 'src/base/wire/b.ts'],
    ['src/base/a.ts', "export type { X } from './wire/b.js'", 'src/base/wire/b.ts'],
    ['test/unit/a.test.ts', "import { x } from '../../src/kpi/b.js'", 'src/kpi/b.ts'],
  ])('and one that does not is left alone: %s: %s', (path, text, target) => {
    expect(layerBreaches(houseOf({ [path]: text, [target]: '' }))).toEqual([])
  })

  test('Node in src/base is found, in a comment it is not', () => {
    expect(
      layerBreaches(houseOf({ 'src/base/a.ts': "import { existsSync, readFileSync } from 'node:fs'" })),
    ).toHaveLength(1)
    expect(
      layerBreaches(houseOf({ 'src/base/a.ts': "// import { existsSync, readFileSync } from 'node:fs'" })),
    ).toEqual([])
  })
})

test('a heavy package is found where every command loads it, and left alone where it is loaded when needed', () => {
  const files = {
    'src/cli.ts': "import { a } from './commands/a.js'",
    'src/archive/b.ts': "import { D } from '@duckdb/node-api'",
  }
  const by = (text: string) => heavyStarts(houseOf({ ...files, 'src/commands/a.ts': text }))
  expect(by("import { b } from '../archive/b.js'")).toEqual([
    expect.stringContaining('src/commands/a.ts -> src/archive/b.ts'),
  ])
  expect(by("export { b } from '../archive/b.js'")).toHaveLength(1)
  expect(by("import type { B } from '../archive/b.js'")).toEqual([])
  expect(by("const { b } = await import('../archive/b.js')")).toEqual([])
})

test('a file that stands directly in src is found, but for the three that begin', () => {
  expect(looseFiles(houseOf({ 'src/cli.ts': '', 'src/load.mjs': '', 'src/prepare.mjs': '' }))).toEqual([])
  expect(looseFiles(houseOf({ 'src/gateway.ts': '', 'src/kpi/a.ts': '' }))).toEqual([
    expect.stringContaining('src/gateway.ts'),
  ])
})

test('the layers are those of the decision that names them', () => {
  const [order = ''] =
    /^`base` < .*?`commands`$/ms.exec(readText('docs/decisions/001-the-tree-and-its-layers.md')) ?? []
  expect(order.split('<').map((name) => name.trim().replaceAll('`', ''))).toEqual([...LAYERS])
})

test('a circle is found, even when one half of it is a type', () => {
  const a = "import type { B } from './b.js'"
  const b = "import { a } from './c.js'"
  const c = "export { a } from './a.js'"
  expect(circles(houseOf({ 'src/kpi/a.ts': a, 'src/kpi/b.ts': b, 'src/kpi/c.ts': c }))).toEqual([
    expect.stringContaining('src/kpi/a.ts -> src/kpi/b.ts -> src/kpi/c.ts -> src/kpi/a.ts'),
  ])
  expect(circles(houseOf({ 'src/kpi/a.ts': a, 'src/kpi/b.ts': b, 'src/kpi/c.ts': '' }))).toEqual([])
})

test('a file that only a test uses is dead; one that a worker is started from is not', () => {
  const files = {
    'src/cli.ts': "new Worker(new URL('./kpi/worker.js', import.meta.url))",
    'src/kpi/worker.ts': '',
    'src/kpi/forgotten.ts': '',
    'test/unit/kpi/forgotten.test.ts': "import { x } from '../../../src/kpi/forgotten.js'",
    'dashboards/index.html': '<script type="module" src="/src/page.tsx"></script>',
    'dashboards/src/page.tsx': "import './page.css'\nimport.meta.glob('./*/*-page.tsx')",
    'dashboards/src/page.css': '',
    'dashboards/src/alarms/alarms-page.tsx': '',
    'dashboards/src/alarms/alarms_page.tsx': '',
  }
  expect(deadFiles(houseOf(files))).toEqual([
    expect.stringContaining('src/kpi/forgotten.ts'),
    expect.stringContaining('dashboards/src/alarms/alarms_page.tsx'),
  ])
})

describe('a banned call is found where it is banned', () => {
  test.each([
    ['src/kpi/a.ts', 'const t = Date.now()', 1],
    ['src/kpi/a.ts', 'const t = new Date()', 1],
    ['src/kpi/a.ts', 'const t = new Date(ms)', 0],
    ['src/base/clock.ts', 'const t = Date.now()', 0],
    ['src/kpi/a.ts', '// Date.now() would be wrong here', 0],
    ['src/kpi/a.ts', 'const r = Math.random()', 1],
    ['test/unit/a.test.ts', 'const r = Math.random()', 1],
    ['src/kpi/a.ts', "console.log('x')", 1],
    ['src/cli.ts', "console.log('x')", 0],
    ['src/a-command.ts', "process.stdout.write('x')", 1],
    ['src/a-command.ts', 'const { stderr } = process\nprocess.stderr.write(text)', 1],
    ['src/a-command.ts', "console.error('x')", 1],
    ['src/program/output.ts', "process.stdout.write('x')", 0],
    ['src/kpi/a.ts', 'process.exit(1)', 1],
    ['src/runtime/pipeline-thread.ts', 'process.exit(1)', 0],
    ['test/unit/a.test.ts', 'await vi.waitFor(() => expect(x).toBe(1))', 1],
    ['test/unit/a.test.ts', 'await vi.waitUntil(() => x, SOON)', 0],
    ['test/unit/a.test.ts', "test.only('x', () => {})", 1],
    ['test/unit/a.test.ts', "describe.skip('x', () => {})", 1],
    ['test/unit/a.test.ts', "test.skipIf(!there)('x', () => {})", 0],
  ])('%s: %s', (path, text, count) => {
    expect(bannedCalls(houseOf({ [path]: text }))).toHaveLength(count)
  })
})

test('a note to do it later is found, with its line', () => {
  const note = `let x = 1\n// ${'TO'}${'DO'}: later`
  expect(unfinished(houseOf({ 'src/kpi/a.ts': note }))).toEqual([expect.stringContaining('src/kpi/a.ts:2')])
})

test('a comment that begins as half a sentence is found, in code it is not', () => {
  const text =
    "/** Of the entry. */\nconst a = 'What'\n\n/**\n * How far it has come.\n */\nconst b = 1 // Sum of both.\n"
  expect(fragmentComments(houseOf({ 'src/kpi/a.ts': text }))).toEqual([
    expect.stringContaining('src/kpi/a.ts:1: a comment begins with "Of"'),
    expect.stringContaining('src/kpi/a.ts:4: a comment begins with "How"'),
  ])
  expect(fragmentComments(houseOf({ 'src/kpi/a.ts': '/** SHA-256 of the entry, hex. */\nconst a = 1' }))).toEqual([])
})

test('an hour that is written again is found', () => {
  const once = houseOf({ 'src/base/durations.ts': 'export const HOUR_MS = 3_600_000\n' })
  expect(ownDurations(once)).toEqual([])
  const again = houseOf({ 'src/kpi/a.ts': 'const HOUR_MS = 60 * 60_000\n\nconst KEPT_MS = 2 * 86_400_000\n' })
  expect(ownDurations(again)).toEqual([
    'src/kpi/a.ts: HOUR_MS; take it from src/base/durations.ts',
    'src/kpi/a.ts: 86_400_000; take it from src/base/durations.ts',
  ])
})

test('a section of the KPI specification that nobody has written is found', () => {
  const specification = '## 2. GREEN\n### 2.4 CEMS\n1. Flow\n2. Oxygen\n'
  expect([...sectionsOf(specification)]).toEqual(expect.arrayContaining(['2', '2.4', '2.4.1', '2.4.2']))
  const cites = (section: string) => houseOf({ 'src/kpi/a.ts': `// Source: KPI specification §${section}.` })
  expect(missingSections(cites('2.4.2'), specification)).toEqual([])
  expect(missingSections(cites('2.4.3'), specification)).toHaveLength(1)
  expect(missingSections(cites('3'), specification)).toHaveLength(1)
})

describe('a name that is exported twice is found', () => {
  test.each([
    ['export const a = 1', 'export function a() {}', 1],
    ['export const [a, b] = c', 'export const { x: a, b } = c', 2],
    ['export class A {}', 'export type A = 1', 1],
    ['export interface A {}\nexport const A = 1', 'export const B = 1', 0],
    ['export const a = 1', "export { a } from './a.js'", 0],
    ['export const a = 1', 'const a = 1', 0],
  ])('%s and %s', (one, other, count) =>
    expect(exportedTwice(houseOf({ 'src/kpi/a.ts': one, 'src/views/b.ts': other }))).toHaveLength(count),
  )

  test('except in tests, whose files are read one by one', () =>
    expect(exportedTwice(houseOf({ 'src/kpi/a.ts': 'export const a = 1', 'test/a.ts': 'export const a = 1' }))).toEqual(
      [],
    ))
})

test('400 lines are one subject, 401 are two', () => {
  expect(longFiles(houseOf({ 'src/kpi/a.ts': 'x\n'.repeat(400) }))).toEqual([])
  expect(longFiles(houseOf({ 'src/kpi/a.ts': 'x\n'.repeat(401) }))).toHaveLength(1)
})

describe('a function that is too long is found', () => {
  const text = (name: string, lines: number) => `export function ${name}() {\n${'  x()\n'.repeat(lines - 2)}}\n`
  const found = (path: string, content: string, listed = {}) => longFunctions([{ path, text: content }], listed)

  test.each([
    ['src/kpi/a.ts', text('a', 70), 0],
    ['src/kpi/a.ts', text('a', 71), 1],
    ['src/kpi/a.ts', `const b = () => {\n${'  x()\n'.repeat(69)}}\n`, 1],
    ['dashboards/src/a.tsx', text('Card', 100), 0],
    ['dashboards/src/a.tsx', text('Card', 101), 1],
    ['dashboards/src/a.tsx', text('useCard', 71), 1],
    ['test/unit/a.test.ts', text('a', 200), 0],
  ])('%s %#', (path, content, count) => expect(found(path, content)).toHaveLength(count))

  test('one of the list may not grow, and the list follows when it shrinks', () => {
    const listed = { 'src/kpi/a.ts a': 90 }
    expect(found('src/kpi/a.ts', text('a', 90), listed)).toEqual([])
    expect(found('src/kpi/a.ts', text('a', 91), listed)).toEqual([expect.stringContaining('the 90 that it had')])
    expect(found('src/kpi/a.ts', text('a', 80), listed)).toEqual([expect.stringContaining('write 80')])
    expect(found('src/kpi/a.ts', text('a', 70), listed)).toEqual([expect.stringContaining('take it out')])
    expect(found('src/kpi/b.ts', text('a', 9), listed)).toEqual([expect.stringContaining('take it out')])
  })
})

describe('a type of the wire that is written twice is found', () => {
  const found = (text: string, listed: readonly string[] = []) => doubledTypes([{ path: 'src/a.ts', text }], listed)

  test.each([
    ['const a: z.ZodType<Point> = z.object({})', 1],
    ['const a = z.object({}) satisfies z.ZodType<Point>', 1],
    ['const a = z.object({}) as z.ZodType<Point>', 1],
    ['const a: z.ZodType<Frozen<Point>> = z.object({})', 0],
    ['export type Point = z.infer<typeof point>', 0],
    ['function wire<S extends z.ZodType>(schema: S): z.ZodType<Point> {}', 0],
  ])('%s', (text, count) => expect(found(text)).toHaveLength(count))

  test('one of the list may stay, and leaves it when it is written once', () => {
    expect(found('const a: z.ZodType<Point> = z.object({})', ['Point'])).toEqual([])
    expect(found('', ['Point'])).toEqual([expect.stringContaining('take it out')])
  })
})

test('a package that is loosely pinned, unused, undeclared or only for development is found', () => {
  const house = houseOf({ 'src/kpi/a.ts': "import 'ranged'\nimport '@scope/dev/deep.js'\nimport 'nowhere'" })
  const dependencies = { ranged: '^1.0.0', idle: '1.0.0' }
  const found = packageBreaches(house, { dependencies, devDependencies: { '@scope/dev': '1.0.0' } })
  expect(found).toEqual(
    expect.arrayContaining([
      expect.stringContaining('ranged is "^1.0.0"'),
      expect.stringContaining('nothing imports idle'),
      expect.stringContaining('a.ts:2: imports @scope/dev; add it to the dependencies'),
      expect.stringContaining('a.ts:3: imports nowhere'),
    ]),
  )
})

describe('a page that puts windows of a figure together is found', () => {
  const inPage = (text: string) => pageArithmetic(houseOf({ 'dashboards/src/a.tsx': text }))

  test.each([
    ['a sum', 'const a = points.reduce((sum, { value }) => sum + (value ?? 0), 0)'],
    ['a sum in a loop', 'for (const point of points) sum += point.value ?? 0'],
    ['a sum of parts', 'const a = points.reduce((sum, point) => sum + point.numerator, 0)'],
    ['a coverage', 'for (const point of points) coveredMs += lengthOf(point) * point.coverage'],
    ['a ratio of sums', "const a = part('numerator') / part('denominator')"],
    ['the highest told as the figure', 'const a = { ...total, value: Math.max(...values) }'],
  ])('%s', (_, text) => {
    expect(inPage(text)).toHaveLength(1)
    expect(inPage(text)[0]).toContain('ask the gateway for the figure of the range')
  })

  test.each([
    ['the scale of a picture', 'const most = Math.max(0, ...points.map(({ value }) => value ?? 0))'],
    ['one figure as it is', 'const text = shareText(point.value, lang)'],
    ['a count', 'const all = Object.values(waiting).reduce((sum, count) => sum + count, 0)'],
    ['the newest of them', 'const best = points.reduce((a, b) => (b.value > a.value ? b : a))'],
  ])('%s is none', (_, text) => expect(inPage(text)).toEqual([]))

  test('what is excused is there, and does it still', () => {
    expect(Object.keys(PAGE_ARITHMETIC).filter((path) => !house.sources.some((one) => one.path === path))).toEqual([])
  })
})
