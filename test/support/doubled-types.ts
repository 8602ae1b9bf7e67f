import ts from 'typescript'
import { everyNode, isScript, type Source } from './house-sources.js'

/**
 * Types that stand in code and a second time as a schema that the compiler holds to them. The list only shrinks: a new type of the
 * wire is `z.infer` of its schema.
 */
export const DOUBLED_TYPES: readonly string[] = [
  // A stage makes these: the engine its points, the audit its reports, the alarms their items. The schema follows the stage.
  'AlarmCause',
  'AlarmItem',
  'AuditJob',
  'EventItem',
  'EventOrigin',
  'Finding',
  'KpiInfo',
  'KpiPoint',
  'LineageFormula',
  'RangeFigure',
  'ReportFactor',
  'ReportFigure',
  'ReportItem',
  'Text',
  // A page sends it, with less than the schema has after its defaults.
  'SubscribeMessage',
]

/** Types of the product that a schema repeats and the list does not have, and names of the list that no schema repeats. */
export function doubledTypes(sources: readonly Source[], listed: readonly string[] = DOUBLED_TYPES): string[] {
  const found = new Map<string, string>()
  for (const source of sources.filter((one) => one.path.startsWith('src/') && isScript(one))) {
    everyNode(source, (node, line) => {
      const name = repeatedBy(node)
      if (name !== undefined && !found.has(name)) found.set(name, `${source.path}:${line()}`)
    })
  }
  const doubled = [...found].flatMap(([name, place]) => {
    if (listed.includes(name)) return []
    return [`${place}: repeats ${name}; export type ${name} = z.infer<typeof …> beside the schema, in src/base/wire`]
  })
  const done = listed
    .filter((name) => !found.has(name))
    .map((name) => `${name}: no schema repeats it any more; take it out of DOUBLED_TYPES`)
  return [...doubled, ...done]
}

/** The name in `const a: z.ZodType<Name>`, `as z.ZodType<Name>` or `satisfies z.ZodType<Name>`. */
function repeatedBy(node: ts.Node): string | undefined {
  if (!(ts.isVariableDeclaration(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))) return undefined
  const { type } = node
  if (type === undefined || !ts.isTypeReferenceNode(type) || type.typeName.getText() !== 'z.ZodType') return undefined
  const [of] = type.typeArguments ?? []
  return of !== undefined && ts.isTypeReferenceNode(of) && of.typeArguments === undefined
    ? of.typeName.getText()
    : undefined
}
