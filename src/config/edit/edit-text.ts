import { isDeepStrictEqual } from 'node:util'
import { SECRET_MARK } from '../../base/secret-settings.js'
import { type ConfigProblem, isSecret } from '../problems.js'
import {
  type Edit,
  type EditPath,
  EditRefused,
  editedTree,
  elementPosition,
  isMapTree,
  listToAddTo,
  movement,
  type PlacePath,
  placeOf,
  valueIn,
} from './edits.js'
import { elementKeys } from './element-keys.js'
import { FileText, type TextChange } from './file-text.js'
import { roundsOf, stepsBetween, type TextStep } from './steps.js'
import { changesOf, movedLines, NotWritable } from './write-step.js'

/** Edits of the configuration file as changes of its text: comments, order, blank lines and quotes of everything else stay. */

export type EditedText =
  | {
      readonly text: string
      /** Changes in the order in which they were made, each seen from the text that those before it have left. */
      readonly changes: readonly TextChange[]
    }
  | { readonly problems: readonly ConfigProblem[] }

/** Edits times characters: each edit reads the text anew. It takes some ten seconds. */
const WORK_MAX = 50_000_000

/**
 * Makes edits one after the other, each seen from what those before it have left. Either all are made, or none and the problem is
 * said at the path of the first that cannot be. The text is not checked against the rules of the configuration.
 */
export function editText(text: string, edits: readonly Edit[]): EditedText {
  if (edits.length * text.length > WORK_MAX) {
    const remedy = 'send fewer at once, or set the list that they change as a whole'
    return { problems: [new EditRefused([], 'is too long for so many edits', remedy).toProblem()] }
  }
  const changes: TextChange[] = []
  let file = new FileText(text)
  for (const edit of edits) {
    try {
      file = edited(file, edit, changes)
    } catch (error) {
      if (!(error instanceof EditRefused)) throw error
      return { problems: [error.toProblem('value' in edit ? edit.value : undefined)] }
    }
  }
  return { text: file.text, changes }
}

/** The text before the changes. */
export function undone(text: string, changes: readonly TextChange[]): string {
  return changes.reduceRight(
    (now, { at, removed, inserted }) => spliced(now, { at, removed: inserted, inserted: removed }),
    text,
  )
}

const BY_HAND = 'change the text of the file itself'

function edited(before: FileText, asked: Edit, changes: TextChange[]): FileText {
  const { path } = asked
  if (!before.isYaml) throw new EditRefused([], 'is not YAML', BY_HAND)
  const tree = before.tree
  if (!isMapTree(tree)) throw new EditRefused([], 'is not a map of settings', BY_HAND)
  const edit = withSecretsKept(asked, tree)
  const wanted = editedTree(tree, edit)
  let file = before
  const make = (some: readonly TextChange[]) => {
    for (const change of some) {
      changes.push(change)
      file = new FileText(spliced(file.text, change))
    }
  }
  try {
    const moved = edit.op === 'move' ? moveOf(file, tree, edit) : null
    if (moved !== null) make(moved)
    else {
      for (const round of roundsOf(stepsOf(tree, edit, wanted), placeOf(tree, edit.path))) {
        const looked = file
        make(
          joined(
            looked,
            round.flatMap((step) => changesOf(looked, step)),
          ),
        )
      }
    }
  } catch (error) {
    if (error instanceof NotWritable || error instanceof TypeError) throw refusedByForm(path)
    throw error
  }
  if (!file.isYaml || !isDeepStrictEqual(plain(file), wanted)) throw refusedByForm(path)
  return file
}

/** Anchors, aliases and rare forms: what would come out is not what was asked for. */
function refusedByForm(path: EditPath): EditRefused {
  return new EditRefused(path, 'is written in a form that only people change, such as an anchor or an alias', BY_HAND)
}

function plain(file: FileText): unknown {
  try {
    return file.tree
  } catch {
    return undefined
  }
}

function stepsOf(tree: Readonly<Record<string, unknown>>, edit: Edit, wanted: unknown): readonly TextStep[] {
  const place = placeOf(tree, edit.path)
  if (edit.op === 'remove') return [{ kind: 'remove', place }]
  if (edit.op === 'add') {
    const list = listToAddTo(valueIn(tree, place), edit.path)
    if (list.length === 0) return stepsBetween(valueIn(tree, place), [edit.value], place)
    const at = edit.before === undefined ? list.length : elementPosition(list, edit.before, edit.path)
    return [{ kind: 'elements', place: [...place, at], values: [edit.value] }]
  }
  const changed: PlacePath = edit.op === 'move' ? place.slice(0, -1) : place
  return stepsBetween(valueIn(tree, changed), valueIn(wanted, changed), changed)
}

function moveOf(file: FileText, tree: unknown, edit: Extract<Edit, { op: 'move' }>): readonly TextChange[] | null {
  const place = placeOf(tree, edit.path)
  const { from, to } = movement(tree, place, edit)
  return from === to ? [] : movedLines(file, place.slice(0, -1), from, to)
}

/** One change of all of a step, since the text between two of them may not be YAML. */
function joined(file: FileText, changes: readonly TextChange[]): readonly TextChange[] {
  if (changes.length < 2) return changes
  const ordered = changes.toSorted((a, b) => a.at - b.at)
  const from = ordered[0]!.at
  const to = Math.max(...ordered.map(({ at, removed }) => at + removed.length))
  const now = changes.toSorted((a, b) => b.at - a.at).reduce((text, change) => spliced(text, change), file.text)
  const inserted = now.slice(from, now.length - (file.text.length - to))
  return [{ at: from, removed: file.text.slice(from, to), inserted }]
}

function spliced(text: string, { at, removed, inserted }: TextChange): string {
  return text.slice(0, at) + inserted + text.slice(at + removed.length)
}

/** The edit with the secrets that are there in place of their marks. Throws `EditRefused` where there is none. */
function withSecretsKept(edit: Edit, tree: unknown): Edit {
  if (edit.op !== 'set' && edit.op !== 'add') return edit
  const there = edit.op === 'set' ? valueIn(tree, placeOf(tree, edit.path)) : undefined
  return { ...edit, value: secretsKept(edit.value, there, edit.path) }
}

function secretsKept(value: unknown, there: unknown, path: EditPath): unknown {
  if (value === SECRET_MARK && isSecret(path)) {
    if (there === undefined)
      throw new EditRefused(path, 'stands for a secret that is not there', 'write the secret out')
    return there
  }
  if (Array.isArray(value)) {
    const old = counterparts(value, there, path)
    return value.map((one, index) => secretsKept(one, old[index], [...path, index]))
  }
  if (!isMapTree(value)) return value
  const entries = Object.entries(value).map(([key, inner]) => {
    const old = isMapTree(there) && Object.hasOwn(there, key) ? there[key] : undefined
    return [key, secretsKept(inner, old, [...path, key])]
  })
  return Object.fromEntries(entries)
}

/** Finds for each element the one that was the same before; undefined where there was none. */
function counterparts(list: readonly unknown[], there: unknown, path: EditPath): readonly unknown[] {
  if (!Array.isArray(there)) return list.map(() => undefined)
  const old = elementKeys(there, path)
  return elementKeys(list, path).map((key) => there[old.indexOf(key)])
}
