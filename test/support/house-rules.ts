import ts from 'typescript'
import {
  everyNode,
  type Import,
  importsOf,
  isNamed,
  isProduct,
  isScript,
  packageOf,
  type Source,
  syntaxOf,
} from './house-sources.js'

/** The rules of the house. Each gives what breaks it, one line a place, with the remedy in the line. */

/**
 * Folders of `src`: first those that all the others need, then the stages of the pipeline in the order of the data; the wiring
 * (files directly in `src`, `src/config/config`, `src/pipeline`) comes after all.
 */
export const LAYERS = [
  'base',
  'program',
  'access',
  'nats',
  'intake',
  'journal',
  'forward',
  'decode',
  'archive',
  'kpi',
  'insight',
  'stores',
  'audit',
  'notify',
  'authority',
  'assistants',
  'views',
  'results',
  'config',
  'pipeline',
  'cluster',
  'runtime',
  'commands',
] as const

const LINES_MAX = 400

/** The sources with what each refers to. */
export class House {
  readonly sources: readonly Source[]
  readonly #imports: ReadonlyMap<string, readonly Import[]>

  constructor(sources: readonly Source[]) {
    this.sources = sources
    const byPath = new Map(sources.map((source) => [source.path, source]))
    this.#imports = new Map(sources.map((source) => [source.path, importsOf(source, byPath)]))
  }

  importsOf(path: string): readonly Import[] {
    return this.#imports.get(path) ?? []
  }

  /** The product's files that a file refers to. */
  targetsOf(path: string): string[] {
    return this.importsOf(path).flatMap(({ target }) => target ?? [])
  }
}

export function layerBreaches(house: House): string[] {
  return house.sources.filter(isProduct).flatMap(({ path }) =>
    house.importsOf(path).flatMap(({ specifier, target, line, isTypeOnly }) => {
      const reason = target === null ? packageBreach(path, specifier) : breach(path, target, isTypeOnly)
      return reason === '' ? [] : [`${path}:${line}: imports ${target ?? specifier}; ${reason}`]
    }),
  )
}

/** Files that stand directly in `src/` belong to no stage, so nobody knows where to look for them. */
export function looseFiles(house: House): string[] {
  return house.sources
    .filter(({ path }) => /^src\/[^/]+$/.test(path) && !/^src\/(cli\.ts|(prepare|load)\.mjs)$/.test(path))
    .map(
      ({ path }) =>
        `${path}: put it into the folder of its stage; processes are in src/runtime, commands in src/commands`,
    )
}

/** One name means one thing: a name that two files of `src` export makes readers open both. */
export function exportedTwice(house: House): string[] {
  const filesOf = new Map<string, Set<string>>()
  for (const source of house.sources.filter((one) => /^src\/.*(?<!\.d)\.ts$/.test(one.path))) {
    for (const name of exportedNames(source)) filesOf.set(name, (filesOf.get(name) ?? new Set()).add(source.path))
  }
  return [...filesOf]
    .filter(([, files]) => files.size > 1)
    .map(
      ([name, files]) =>
        `${name}: is exported by ${[...files].join(' and ')}; export it once, or give each the name of the thing it is`,
    )
}

/** Names that a file declares and exports; what it passes on from another file is that one's. */
function exportedNames(source: Source): string[] {
  return syntaxOf(source).statements.flatMap((statement) => {
    if (!ts.canHaveModifiers(statement)) return []
    if (!ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return []
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.flatMap(({ name }) => namesIn(name))
    const { name } = statement as ts.DeclarationStatement
    return name !== undefined && ts.isIdentifier(name) ? [name.text] : []
  })
}

function namesIn(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text]
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesIn(element.name) : []))
}

/** A comment that begins so names nothing: "Of the entry", "How far it has come". */
const FRAGMENT = /^(?:\/\*\*|\/\/|\/\*)\s*(?:\*\s*)?(What|Of|How|Where|Whether|Why|Whose|Which|Who|Those)\b/

/** Comments that begin as half a sentence and so leave open what they speak of. */
export function fragmentComments(house: House): string[] {
  return house.sources.filter(isScript).flatMap((source) => {
    const { path, text } = source
    const file = syntaxOf(source)
    const found: string[] = []
    const seen = new Set<number>()
    const look = (node: ts.Node): void => {
      for (const { pos, end } of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []) {
        const word = seen.has(pos) ? undefined : FRAGMENT.exec(text.slice(pos, end))?.[1]
        seen.add(pos)
        if (word === undefined) continue
        const line = file.getLineAndCharacterOfPosition(pos).line + 1
        found.push(
          `${path}:${line}: a comment begins with "${word}"; begin with the thing it speaks of, in a whole sentence`,
        )
      }
      ts.forEachChild(node, look)
    }
    look(file)
    return found
  })
}

/** Lengths of time that a file of the product writes again: `src/base/durations.ts` has them once for all. */
export function ownDurations(house: House): string[] {
  return house.sources
    .filter((source) => isProduct(source) && source.path !== 'src/base/durations.ts')
    .flatMap(({ path, text }) => {
      const found = text.matchAll(
        /^.*?\b(?:const ((?:MINUTE|QUARTER_HOUR|QUARTER|HOUR|DAY)_MS)\b|(86_400_000|3_600_000)\b)/gm,
      )
      return [...found].map(([, name, length]) => `${path}: ${name ?? length}; take it from src/base/durations.ts`)
    })
}

/** Finds imports of the recomputation from outside: it knows nothing of the product, as a fault of both would be found by neither. */
export function borrowedFormulas(house: House): string[] {
  const own = 'test/cross-check/recompute/'
  return house.sources
    .filter(({ path }) => path.startsWith(own))
    .flatMap(({ path }) =>
      house.importsOf(path).flatMap(({ specifier, target, line }) => {
        if (target?.startsWith(own)) return []
        return [`${path}:${line}: imports ${target ?? specifier}; it is written from the KPI specification alone`]
      }),
    )
}

/** Schemas of the wire, whose types pages share: those that a stage or `base/wire.ts` names, and those of `views` alone. */
const WIRE = /^src\/(base|views)\/wire\//

const TYPES_ALONE = 'take only types of it (import type): schemas are not for the browser'

function breach(from: string, to: string, isTypeOnly: boolean): string {
  const [fromTop] = from.split('/')
  if (to.startsWith('test/')) return 'the product does not know its tests: move what is shared into the product'
  if (fromTop !== 'src') {
    if (WIRE.test(to)) return isTypeOnly ? '' : TYPES_ALONE
    if (to.startsWith(`${fromTop}/`) || to.startsWith('src/base/')) return ''
    return `${fromTop} may use only src/base: move the shared words there, or send them over a wire`
  }
  if (!to.startsWith('src/')) return 'src does not know simulators and dashboards: they speak to it over the wire'
  if (WIRE.test(from) && !WIRE.test(to) && !to.startsWith('src/base/'))
    return 'pages import its types: it may use only src/base and its own folder'
  if (WIRE.test(to) && /^src\/base\/(?!wire\/)/.test(from) && !isTypeOnly) return TYPES_ALONE
  if (rankOf(to) <= rankOf(from)) return ''
  return 'imports only point up the folder list: take what is needed of a later stage as a function from the wiring'
}

function packageBreach(from: string, specifier: string): string {
  const isWithoutNode = from.startsWith('src/base/') || from.startsWith('dashboards/src/')
  if (specifier.startsWith('node:') && isWithoutNode) {
    return 'this runs in the browser too, where there is no Node: pass what is needed as an argument'
  }
  return ''
}

function rankOf(path: string): number {
  const stage = LAYERS.findIndex((layer) => path.startsWith(`src/${layer}/`))
  return stage === -1 ? LAYERS.length : stage
}

/** Files that need each other, even if only for a type: neither can be understood, tested or moved without the other. */
export function circles(house: House): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const walk = (path: string, auditLog: readonly string[]): void => {
    const start = auditLog.indexOf(path)
    if (start !== -1) {
      const circle = [...auditLog.slice(start), path].join(' -> ')
      found.push(`${circle}; move what both need into a file of its own`)
      return
    }
    if (done.has(path)) return
    for (const target of house.targetsOf(path)) walk(target, [...auditLog, path])
    done.add(path)
  }
  for (const { path } of house.sources) walk(path, [])
  return found
}

const ENTRY =
  /^(src\/(cli|commands\/verify\/main|runtime\/cluster\/partition-main)\.ts|src\/(prepare|load)\.mjs|src\/(runtime|pipeline|journal)\/[^/]+-thread\.ts|simulators\/main\.ts|dashboards\/(index\.html|help\/page\.html|src\/main\.tsx|vite\.config\.ts))$/

/** Files of the product that nothing which is started ever reaches; a test does not count. */
export function deadFiles(house: House): string[] {
  const product = house.sources.filter((source) => isProduct(source) && !source.path.endsWith('.d.ts'))
  const reached = new Set<string>()
  const reach = (path: string): void => {
    if (reached.has(path)) return
    reached.add(path)
    for (const target of house.targetsOf(path)) reach(target)
  }
  for (const { path } of product) if (ENTRY.test(path)) reach(path)
  return product
    .filter(({ path }) => !reached.has(path))
    .map(({ path }) => `${path}: no entry reaches it; use it, or delete it`)
}

interface Ban {
  readonly says: string
  readonly remedy: string
  /** Paths of files in which it is right all the same. */
  readonly allowed: RegExp
  isBroken(node: ts.Node): boolean
}

const BANS: readonly Ban[] = [
  {
    says: 'looks at the machine clock',
    remedy: 'take a Clock (src/base/clock.ts) as a parameter',
    allowed: /^(src\/base\/clock\.ts$|test\/)/,
    isBroken: (node) =>
      isCall(node, 'Date.now') ||
      isCall(node, 'Date') ||
      (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && (node.arguments ?? []).length === 0),
  },
  {
    says: 'calls Math.random',
    remedy: 'nothing here may differ from run to run: use pure-rand with a seed, or node:crypto for secrets',
    allowed: /^$/,
    isBroken: (node) => isCall(node, 'Math.random'),
  },
  {
    says: 'calls console.log',
    remedy: 'log with pino; only a command line writes to stdout',
    allowed: /^(src\/cli\.ts$|simulators\/main\.ts$|test\/)/,
    isBroken: (node) => isCall(node, 'console.log'),
  },
  {
    says: 'writes to the terminal',
    remedy: 'use src/program/output.ts: what devices and people wrote must not reach a terminal as it is',
    allowed:
      /^(src\/program\/output\.ts$|src\/archive\/file\/check-process\.ts$|src\/(prepare|load)\.mjs$|simulators\/|dashboards\/|test\/)/,
    isBroken: (node) =>
      ts.isPropertyAccessExpression(node) &&
      /^process\.(stdout|stderr)\.(write|end|cork|_write)$|^console\.(?!log$)/.test(node.getText()),
  },
  {
    says: 'ends the process',
    remedy: 'throw, or return what happened, and let the entry decide',
    allowed:
      /^(src\/cli\.ts|src\/runtime\/(run|cluster\/(run-node|run-views|partition-main))\.ts|src\/(prepare|load)\.mjs|src\/([^/]+\/)?[^/]+-thread\.ts|simulators\/main\.ts|test\/.*)$/,
    isBroken: (node) => isCall(node, 'process.exit'),
  },
  {
    says: 'waits for one second at most',
    remedy: 'give it the time that a busy machine may take: SOON of test/support/soon.ts',
    allowed: /^(src|simulators|dashboards)\//,
    isBroken: (node) =>
      ts.isCallExpression(node) &&
      /^vi\.(waitFor|waitUntil)$/.test(node.expression.getText()) &&
      node.arguments.length < 2,
  },
  {
    says: 'switches tests off',
    remedy: 'mend the test or delete it; one that needs a server uses skipIf',
    allowed: /^(src|simulators|dashboards)\//,
    isBroken: (node) =>
      ts.isCallExpression(node) && /^(test|it|describe)\.(only|skip|todo)\b/.test(node.expression.getText()),
  },
]

export function bannedCalls(house: House): string[] {
  return house.sources.filter(isScript).flatMap((source) => {
    const bans = BANS.filter((ban) => !ban.allowed.test(source.path))
    const found: string[] = []
    everyNode(source, (node, line) => {
      for (const ban of bans) {
        if (ban.isBroken(node)) found.push(`${source.path}:${line()}: ${ban.says}; ${ban.remedy}`)
      }
    })
    return found
  })
}

function isCall(node: ts.Node, callee: string): boolean {
  return ts.isCallExpression(node) && isNamed(node.expression, callee)
}

/** Written in two halves, so that the rule does not find itself. */
const UNFINISHED = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')})\\b`)

export function unfinished(house: House): string[] {
  return house.sources.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const word = UNFINISHED.exec(line)?.[0]
      return word === undefined
        ? []
        : [`${path}:${index + 1}: says ${word}; do it now, or open an issue and say nothing`]
    }),
  )
}

export function longFiles(house: House): string[] {
  return house.sources.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split('\n').length
    const remedy = `more than ${LINES_MAX} are two subjects: give the second a file of its own`
    return lines > LINES_MAX ? [`${path}: has ${lines} lines; ${remedy}`] : []
  })
}

export interface PackageJson {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

/** Packages that no file imports, and why they are there all the same. */
export const UNIMPORTED: Readonly<Record<string, string>> = {
  '@biomejs/biome': 'format and lint: npm run check',
  '@fontsource/noto-sans-sc': 'faces of printed reports: the build copies them',
  '@hey-api/openapi-ts': 'makes the typed client of a test, as users are told to: docs/use/programs.md',
  '@jazzer.js/core': 'the fuzzer: npm run fuzz',
  '@types/node': 'types of Node.js',
  '@types/oidc-provider': 'types of oidc-provider',
  '@types/pdfkit': 'types of pdfkit',
  '@types/ws': 'types of ws',
  '@types/yauzl': 'types of yauzl',
  '@types/yazl': 'types of yazl',
  esbuild: 'takes comments and indents out of what is built: gateway.config.ts',
  tsx: 'runs a TypeScript file: npm run tables',
}

export function packageBreaches(house: House, { dependencies, devDependencies }: PackageJson): string[] {
  const declared = { ...dependencies, ...devDependencies }
  const inexact = Object.entries(declared)
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `package.json: ${name} is "${version}"; write the exact version`)

  const imported = new Set<string>()
  const undeclared = house.sources.flatMap(({ path }) =>
    house.importsOf(path).flatMap(({ specifier, line }) => {
      const name = path.endsWith('.html') ? null : packageOf(specifier)
      if (name === null) return []
      imported.add(name)
      // Packages of code that runs from dist must be there without the development packages; dashboards are bundled.
      const isRuntime = path.startsWith('src/') || path.startsWith('simulators/')
      if (Object.hasOwn(isRuntime ? dependencies : declared, name)) return []
      return [`${path}:${line}: imports ${name}; add it to the ${isRuntime ? 'dependencies' : 'devDependencies'}`]
    }),
  )
  const unused = Object.keys(declared)
    .filter((name) => !imported.has(name) && !Object.hasOwn(UNIMPORTED, name))
    .map((name) => `package.json: nothing imports ${name}; remove it, or say in house-rules.ts why it is there`)
  const excused = Object.keys(UNIMPORTED)
    .filter((name) => imported.has(name) || !Object.hasOwn(declared, name))
    .map((name) => `house-rules.ts: ${name} needs no excuse; take it out of UNIMPORTED`)
  return [...inexact, ...undeclared, ...unused, ...excused]
}
