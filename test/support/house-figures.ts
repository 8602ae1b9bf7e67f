import { join } from 'node:path'
import ts from 'typescript'
import { isProduct, readSources, type Source, syntaxOf } from './house-sources.js'
import { functionsIn } from './long-functions.js'

/** Prints figures of the house, by which one sees whether it grows simpler: the end of `npm run check`. */

const LONG_LINES = 70

const sources = readSources(join(import.meta.dirname, '..', '..'))
const functions = functionsIn(sources).sort((a, b) => b.lines - a.lines)
const [longest] = functions
const product = sources.filter(isProduct)
const doubled = doubledNames(product)
const folders = grouped(sources)

console.log(`longest function      ${longest?.lines} lines: ${longest?.id}`)
console.log(
  `over ${LONG_LINES} lines         ${functions.filter(({ lines }) => lines > LONG_LINES).length} of ${functions.length} functions`,
)
console.log(`exported twice        ${doubled.twice} of ${doubled.all} names in src`)
console.log(`\n${'folder'.padEnd(22)}${'files'.padStart(7)}${'lines'.padStart(9)}`)
for (const [folder, all] of [...folders].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(rowOf(folder, all))
console.log(rowOf('product', product))
console.log(rowOf('all', sources))

function rowOf(name: string, all: readonly Source[]): string {
  const lines = all.reduce((sum, { text }) => sum + text.trimEnd().split('\n').length, 0)
  return `${name.padEnd(22)}${String(all.length).padStart(7)}${String(lines).padStart(9)}`
}

/** The stages one by one, all else by its top. */
function folderOf({ path }: Source): string {
  const parts = path.split('/')
  return parts[0] === 'src' && parts.length > 2 ? `src/${parts[1]}` : (parts[0] ?? '')
}

/** Names that files of `src` export, and how many of them more than one file does. */
function doubledNames(all: readonly Source[]): { readonly all: number; readonly twice: number } {
  const files = new Map<string, number>()
  for (const source of all) {
    if (!/^src\/.*\.ts$/.test(source.path)) continue
    const names = syntaxOf(source).statements.flatMap(exportedNames)
    for (const name of new Set(names)) files.set(name, (files.get(name) ?? 0) + 1)
  }
  return { all: files.size, twice: [...files.values()].filter((count) => count > 1).length }
}

function exportedNames(node: ts.Statement): readonly string[] {
  const isExported =
    ts.canHaveModifiers(node) &&
    ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
  if (!isExported) return []
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.map(({ name }) => name.getText())
  return 'name' in node && node.name !== undefined ? [(node.name as ts.Node).getText()] : []
}

function grouped(all: readonly Source[]): Map<string, Source[]> {
  const groups = new Map<string, Source[]>()
  for (const source of all) groups.set(folderOf(source), [...(groups.get(folderOf(source)) ?? []), source])
  return groups
}
