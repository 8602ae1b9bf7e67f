import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, sep } from 'node:path'
import ts from 'typescript'

/** A file of the repository, as the house rules look at it. */
export interface Source {
  /** From the root of the repository, with forward slashes. */
  readonly path: string
  readonly text: string
}

export interface Import {
  readonly specifier: string
  /** Path of the file it means; null for a package or a file that is not among the sources. */
  readonly target: string | null
  readonly line: number
  /** True when only types are taken, of which nothing is left in the program. */
  readonly isTypeOnly: boolean
  /** True when it is not loaded with the file: by `import()` when it is needed, as a thread, or never. */
  readonly isLater: boolean
}

const FOLDERS = ['src', 'simulators', 'dashboards', 'test']
const LOOKED_AT = /\.(ts|tsx|mjs|css|html)$/

export function readSources(root: string): Source[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.split(sep).join('/')}`)
      .filter((path) => LOOKED_AT.test(path) && !/(^|\/)(node_modules|dist|cases)\//.test(path))
      .sort()
      .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
  )
}

/** The part of the repository that is the product, without its tests. */
export function isProduct({ path }: Source): boolean {
  return !path.startsWith('test/')
}

export function isScript({ path }: Source): boolean {
  return /\.(ts|tsx|mjs)$/.test(path)
}

const parsed = new WeakMap<Source, ts.SourceFile>()

/** The syntax tree of a script; each file is parsed once. */
export function syntaxOf(source: Source): ts.SourceFile {
  let tree = parsed.get(source)
  if (tree === undefined) {
    const kind = source.path.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
    tree = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.ES2023, true, kind)
    parsed.set(source, tree)
  }
  return tree
}

/** Calls `look` for every node of a script; of the few that are told of, it asks for the line. */
export function everyNode(source: Source, look: (node: ts.Node, line: () => number) => void): void {
  const tree = syntaxOf(source)
  const visit = (node: ts.Node): void => {
    look(node, () => tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1)
    ts.forEachChild(node, visit)
  }
  visit(tree)
}

/** True for what reads `name`, such as `Date.now`. */
export function isNamed(node: ts.Node, name: string): boolean {
  const last = ts.isPropertyAccessExpression(node) ? node.name.text : ts.isIdentifier(node) ? node.text : null
  return last !== null && name.endsWith(last) && node.getText() === name
}

/**
 * Everything a file refers to: imports and re-exports (those of types too), `import()`, `new URL(…, import.meta.url)`
 * of a worker, `import.meta.glob`, `@import` and `url()` of a style sheet, `src` and `href` of a page.
 */
export function importsOf(source: Source, all: ReadonlyMap<string, Source>): Import[] {
  const found: Omit<Import, 'target'>[] = []
  if (isScript(source)) {
    everyNode(source, (node, line) => {
      const specifier = specifierOf(node)
      if (specifier !== undefined) {
        found.push({ specifier, line: line(), isTypeOnly: isOfTypes(node), isLater: isLater(node) })
      }
      for (const path of globbed(node, source.path, all))
        found.push({ specifier: path, line: line(), isTypeOnly: false, isLater: true })
    })
  } else {
    const pattern = source.path.endsWith('.css')
      ? /(?:@import\s+|url\(\s*)["']([^"']+)["']/g
      : /(?:src|href)="([^"]+)"/g
    for (const match of source.text.matchAll(pattern)) {
      const line = source.text.slice(0, match.index).split('\n').length
      found.push({ specifier: match[1]!, line, isTypeOnly: false, isLater: false })
    }
  }
  return found.map((one) => ({ ...one, target: targetOf(source.path, one.specifier, all) }))
}

function isOfTypes(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) return node.importClause?.isTypeOnly === true
  return ts.isImportTypeNode(node) || (ts.isExportDeclaration(node) && node.isTypeOnly)
}

function isLater(node: ts.Node): boolean {
  return isOfTypes(node) || !(ts.isImportDeclaration(node) || ts.isExportDeclaration(node))
}

function specifierOf(node: ts.Node): string | undefined {
  let named: ts.Node | undefined
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) named = node.moduleSpecifier
  else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) named = node.arguments[0]
  else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) named = node.argument.literal
  else if (ts.isNewExpression(node) && isNamed(node.expression, 'URL')) {
    const [file, base] = node.arguments ?? []
    if (base?.getText() === 'import.meta.url') named = file
  }
  return named !== undefined && ts.isStringLiteralLike(named) ? named.text : undefined
}

/** Files that a pattern of `import.meta.glob` names, as seen from the one with the call; a star is a part of one name. */
function globbed(node: ts.Node, from: string, all: ReadonlyMap<string, Source>): readonly string[] {
  if (!ts.isCallExpression(node) || !isNamed(node.expression, 'import.meta.glob')) return []
  const [pattern] = node.arguments
  if (pattern === undefined || !ts.isStringLiteralLike(pattern)) return []
  const folder = posix.dirname(from)
  const parts = posix.join(folder, pattern.text).split('*')
  const wanted = new RegExp(`^${parts.map((part) => part.replaceAll(/[^\w/-]/g, '\\$&')).join('[^/]*')}$`)
  return [...all.keys()].filter((path) => wanted.test(path)).map((path) => `./${posix.relative(folder, path)}`)
}

function targetOf(from: string, specifier: string, all: ReadonlyMap<string, Source>): string | null {
  const [bare = ''] = specifier.split('?')
  let path: string
  if (bare.startsWith('.')) path = posix.join(posix.dirname(from), bare)
  // In the page of the dashboards "/" is the folder of the page.
  else if (bare.startsWith('/') && from.endsWith('.html')) path = posix.join(posix.dirname(from), bare)
  else return null
  const candidates = [path, path.replace(/\.js$/, '.ts'), path.replace(/\.jsx?$/, '.tsx'), `${path}.ts`, `${path}.tsx`]
  return candidates.find((candidate) => all.has(candidate)) ?? null
}

/** The package of a specifier, `@scope/name` or `name`; null for a file and for what Node brings along. */
export function packageOf(specifier: string): string | null {
  // A style sheet may name a file of a package by its place.
  const bare = specifier.replace(/^.*\/node_modules\//, '')
  if (/^[./#]|^[a-z]+:/.test(bare)) return null
  const [first = '', second = ''] = bare.split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}
