import ts from 'typescript'
import type { House } from './house-rules.js'
import { everyNode, isScript } from './house-sources.js'

/** Members of a figure: pages show these and never put those of several windows together. */
const MEMBERS = new Set(['value', 'numerator', 'denominator', 'coverage', 'estimated_share', 'estimatedShare'])

/** Files in which it is right all the same, with the reason; the list only shrinks. */
export const PAGE_ARITHMETIC: Readonly<Record<string, string>> = {
  'dashboards/src/chart/facts.ts': 'two periods are compared over the windows that both of them know',
  'dashboards/src/tiles/change.ts': 'the hours of today are compared with the same hours of yesterday',
  'dashboards/src/plant/losses.ts': 'a waterfall: times in several states of one range are its steps',
  'dashboards/src/plant/flow.ts': 'a flow: what is left of one meter less others, of one range',
  'dashboards/src/plant/carbon-card.tsx': 'the width of a bar: scopes of one range beside each other',
}

const REMEDY =
  'ask the gateway for the figure of the range (GET /api/v1/plants/{plant}/kpis/totals, useRangePoints) and show it'

/**
 * Arithmetic on the values of several points in a page: `reduce` over their values, values added up in a loop, the ratio
 * of sums, or an extreme that is called the value of something. Widths, heights and scales of pictures may be reckoned.
 */
export function pageArithmetic(house: House): string[] {
  return house.sources
    .filter((source) => source.path.startsWith('dashboards/src/') && isScript(source))
    .filter(({ path }) => PAGE_ARITHMETIC[path] === undefined)
    .flatMap((source) => {
      const found: string[] = []
      everyNode(source, (node, line) => {
        const says = sumsUp(node) ?? ratioOfParts(node) ?? extremeAsValue(node)
        if (says !== null) found.push(`${source.path}:${line()}: ${says}; ${REMEDY}`)
      })
      return found
    })
}

/** `points.reduce((sum, { value }) => sum + value, 0)` and `sum += point.value`. */
function sumsUp(node: ts.Node): string | null {
  if (ts.isBinaryExpression(node) && isCompound(node.operatorToken.kind) && readsMember(node.right)) {
    return 'adds up values of points in a loop'
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return null
  const [callback] = node.arguments
  if (!/^reduce(Right)?$/.test(node.expression.name.text) || callback === undefined) return null
  return readsMember(callback) && has(callback, isPlusOrTimes) ? 'reduces the values of points' : null
}

function ratioOfParts(node: ts.Node): string | null {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.SlashToken) return null
  const isPart = (name: string, side: ts.Node) => new RegExp(`\\b${name}\\b`).test(side.getText())
  return isPart('numerator', node.left) && isPart('denominator', node.right) ? 'makes a ratio of its parts' : null
}

/** `{ value: Math.max(...points.map(({ value }) => value)) }`: the highest of windows told as the figure of them all. */
function extremeAsValue(node: ts.Node): string | null {
  if (!ts.isPropertyAssignment(node) || !MEMBERS.has(node.name.getText())) return null
  return has(node.initializer, isSpreadExtreme) ? 'tells an extreme of points as their figure' : null
}

const isSpreadExtreme = (node: ts.Node) =>
  ts.isCallExpression(node) &&
  /^Math\.(max|min)$/.test(node.expression.getText()) &&
  node.arguments.some((argument) => ts.isSpreadElement(argument))

function isCompound(kind: ts.SyntaxKind): boolean {
  return kind === ts.SyntaxKind.PlusEqualsToken || kind === ts.SyntaxKind.MinusEqualsToken
}

function isPlusOrTimes(node: ts.Node): boolean {
  if (!ts.isBinaryExpression(node)) return false
  const { kind } = node.operatorToken
  return [ts.SyntaxKind.PlusToken, ts.SyntaxKind.MinusToken, ts.SyntaxKind.AsteriskToken].includes(kind)
}

/** Reads `.value` of something or takes `value` out of it; `signal.value` alone is one value, and no point. */
function readsMember(node: ts.Node): boolean {
  return has(node, (one) => {
    if (ts.isBindingElement(one)) return MEMBERS.has((one.propertyName ?? one.name).getText())
    // The value of an answer has members of its own: it is no figure.
    const isWhole = ts.isPropertyAccessExpression(one) && !ts.isPropertyAccessExpression(one.parent)
    return isWhole && MEMBERS.has(one.name.text)
  })
}

function has(node: ts.Node, is: (one: ts.Node) => boolean): boolean {
  return is(node) || ts.forEachChild(node, (child) => has(child, is) || undefined) === true
}
