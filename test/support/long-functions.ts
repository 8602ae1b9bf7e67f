import ts from 'typescript'
import { isProduct, isScript, type Source, syntaxOf } from './house-sources.js'

/** Lines of a function at most: more do not fit on a screen, so that nobody sees its beginning and its end together. */
const LINES_MAX = 70
/** The same of a component, whose markup is long and has no surprises. */
const COMPONENT_LINES_MAX = 100

/** Functions that are longer all the same, with their lines. The list only shrinks. */
export const LONG_FUNCTIONS: Readonly<Record<string, number>> = {}

export interface MeasuredFunction {
  /** Path and name. */
  readonly id: string
  readonly lines: number
  readonly linesMax: number
}

/** Every function of the product that has a body, those inside of others too. */
export function functionsIn(sources: readonly Source[]): MeasuredFunction[] {
  return sources.filter((source) => isProduct(source) && isScript(source)).flatMap(functionsOf)
}

function functionsOf(source: Source): MeasuredFunction[] {
  const tree = syntaxOf(source)
  const lineAt = (position: number) => tree.getLineAndCharacterOfPosition(position).line
  const found: MeasuredFunction[] = []
  const look = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const name = nameOf(node)
      const isComponent = source.path.endsWith('.tsx') && /^[A-Z]/.test(name)
      found.push({
        id: `${source.path} ${name}`,
        lines: lineAt(node.end) - lineAt(node.getStart(tree)) + 1,
        linesMax: isComponent ? COMPONENT_LINES_MAX : LINES_MAX,
      })
    }
    ts.forEachChild(node, look)
  }
  look(tree)
  return found
}

/** A function without a name of its own has that of the variable, property or argument that it is. */
function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name !== undefined) return node.name.getText()
  if (ts.isConstructorDeclaration(node)) return 'constructor'
  const { parent } = node
  if ((ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) && parent.name !== undefined) {
    return parent.name.getText()
  }
  return ts.isCallExpression(parent) ? `in ${parent.expression.getText()}` : 'without a name'
}

/** Functions that are too long, and entries of the list that could be lower or are not needed any more. */
export function longFunctions(
  sources: readonly Source[],
  listed: Readonly<Record<string, number>> = LONG_FUNCTIONS,
): string[] {
  const long = new Map(
    functionsIn(sources)
      .filter(({ lines, linesMax }) => lines > linesMax)
      .sort((a, b) => a.lines - b.lines)
      .map((one) => [one.id, one]),
  )
  const tooLong = [...long.values()].flatMap(({ id, lines, linesMax }) => {
    if (lines <= Math.max(linesMax, listed[id] ?? 0)) return []
    const most = listed[id] === undefined ? `${linesMax}` : `the ${listed[id]} that it had`
    return [`${id}: has ${lines} lines; more than ${most} are two subjects: give the second a function of its own`]
  })
  const tooHigh = Object.entries(listed).flatMap(([id, lines]) => {
    const now = long.get(id)?.lines
    if (now === undefined) return [`${id}: is not too long any more; take it out of LONG_FUNCTIONS`]
    return now < lines ? [`${id}: has ${now} lines by now; write ${now} in LONG_FUNCTIONS`] : []
  })
  return [...tooLong, ...tooHigh]
}
