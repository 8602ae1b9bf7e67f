import { nearest } from '../../config/did-you-mean.js'
import { type ConfigProblem, problemsOf, shownValue, valueAt } from '../../config/problems.js'
import { readProfile } from '../../config/profile-files.js'
import { pathText } from '../../config/shape.js'
import { type HistoryMapping, mappingSchema } from './mapping.js'

/** The mapping that a file says, or everything that is wrong with it. */
export function readMapping(
  file: string,
): { readonly mapping: HistoryMapping } | { readonly problems: readonly ConfigProblem[] } {
  const { tree, problems, lineOf } = readProfile(file)
  if (problems.length > 0) return { problems }
  const parsed = mappingSchema.safeParse(tree)
  if (parsed.success) return { mapping: parsed.data }
  return {
    problems: parsed.error.issues.flatMap((issue) => {
      // The settings of a gateway, which would be named here, are others.
      if (issue.code !== 'unrecognized_keys') return problemsOf([issue], tree, lineOf)
      return issue.keys.map((key) => {
        const path = [...issue.path, key]
        const meant = nearest(key, KEYS)
        const remedy =
          meant === undefined ? 'remove it: greengauge import --schema prints what there is' : `did you mean ${meant}?`
        return {
          path: pathText(path),
          where: lineOf(path),
          value: shownValue(path, valueAt(tree, path)),
          problem: 'is no key of a mapping',
          remedy,
        }
      })
    }),
  }
}

const KEYS = [
  ...Object.keys(mappingSchema.shape),
  ...Object.keys(mappingSchema.shape.time.shape),
  ...Object.keys(mappingSchema.shape.csv.unwrap().shape),
  ...Object.keys(mappingSchema.shape.values.element.shape),
]
