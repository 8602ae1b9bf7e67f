import type { z } from 'zod'
import { isSecretName, SECRET_MARK } from '../base/secret-settings.js'
import { nearest } from './did-you-mean.js'
import { descriptionAt, keysAt, pathText, type SettingPath } from './shape.js'

/** One thing that is wrong with the settings, said so that it can be mended without reading the source. */
export interface ConfigProblem {
  /** Dotted, `plants[0].devices[2].line`; '' for the file as a whole. */
  readonly path: string
  /** `greengauge.yaml:12`, an environment variable or a flag; '' when it was not set at all. */
  readonly where: string
  /** As it was given, shortened; '' when nothing was. A secret is never shown. */
  readonly value: string
  readonly problem: string
  readonly remedy: string
  /** A file that is another user's: nothing is wrong with what it says. */
  readonly isPermission?: true
}

/** One line: `greengauge.yaml:3: mqtt.port = "abc" is not a number; give a number (TCP port)`. */
export function formatProblem(p: ConfigProblem): string {
  const place = p.where === '' ? '' : `${p.where}: `
  const subject = p.path === '' ? '' : `${p.path} `
  const value = p.value === '' ? '' : `= ${p.value} `
  return `${place}${subject}${value}${p.problem}; ${p.remedy}`
}

/** All of them, one a line, and in the last line how many there are and what follows from it. */
export function problemsText(problems: readonly ConfigProblem[], consequence: string): readonly string[] {
  const count = `${problems.length} problem${problems.length === 1 ? '' : 's'}`
  if (problems.every(({ isPermission }) => isPermission === true)) {
    const files = problems.length === 1 ? 'One file' : `${problems.length} files`
    return [...problems.map(formatProblem), `${files} cannot be read by this user; ${consequence}.`]
  }
  return [...problems.map(formatProblem), `The configuration has ${count}; ${consequence}.`]
}

/** Here keys are names of devices, groups and kinds of meters, and words of theirs. */
const NAMED_BY_PEOPLE: readonly unknown[] = ['profiles', 'modbus', 'sparkplug']

/** Addresses of robots too: who knows one may write to the group. */
export function isSecret(path: SettingPath): boolean {
  if (NAMED_BY_PEOPLE.includes(path[0])) return false
  const key = String(path.at(-1) ?? '')
  return isSecretName(key) || (['notify', 'results'].includes(String(path[0])) && key === 'url')
}

const VALUE_LENGTH_MAX = 60

/** A value for an error message. */
export function shownValue(path: SettingPath, value: unknown): string {
  if (value === undefined) return ''
  if (isSecret(path)) return SECRET_MARK
  if (Array.isArray(value)) return `(a list of ${value.length})`
  if (typeof value === 'object' && value !== null) return '(a map)'
  const text = JSON.stringify(typeof value === 'string' ? withoutQuery(value) : value)
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text
}

/** An address without user and query, where tokens stand, under whatever name it was given. */
function withoutQuery(text: string): string {
  return text.replace(/^(\w+:\/\/)([^/?#]*@)?([^?#]*)([?#].*)?$/s, (_whole, scheme, user = '', place, query = '') => {
    return `${scheme}${user === '' ? '' : '…@'}${place}${query === '' ? '' : '?…'}`
  })
}

/** Value that the settings hold at a path; undefined when there is none. */
export function valueAt(tree: unknown, path: SettingPath): unknown {
  let here = tree
  for (const part of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined
    here = (here as Record<PropertyKey, unknown>)[part]
  }
  return here
}

/** zod's findings in our words; `where` says in which line or variable a path was set. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], tree: unknown, where: (path: SettingPath) => string) {
  return issues.flatMap((issue): ConfigProblem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey(issue.path, key, valueAt(tree, [...issue.path, key]), where))
    }
    const value = valueAt(tree, issue.path)
    const common = { path: pathText(issue.path), where: where(issue.path), value: shownValue(issue.path, value) }
    if (value === undefined) return [{ ...common, problem: 'is missing', remedy: `add it${explained(issue.path)}` }]
    const { problem, remedy } = diagnosis(issue, value)
    return [{ ...common, problem, remedy: `${remedy}${explained(issue.path)}` }]
  })
}

function unknownKey(
  path: SettingPath,
  key: string,
  value: unknown,
  where: (path: SettingPath) => string,
): ConfigProblem {
  const known = keysAt(path)
  const meant = nearest(key, known)
  const full = [...path, key]
  return {
    path: pathText(full),
    where: where(full),
    // A secret whose name is misspelled is still one.
    value: shownValue(meant === undefined ? full : [...path, meant], value),
    problem: 'is not a setting',
    remedy: meant === undefined ? `remove it, or use one of ${known.join(', ')}` : `did you mean ${meant}?`,
  }
}

function diagnosis(issue: z.core.$ZodIssue, value: unknown): { problem: string; remedy: string } {
  switch (issue.code) {
    case 'invalid_type':
      return {
        problem: `is not ${named(issue.expected)}`,
        remedy: `give ${named(issue.expected)}${quoting(issue.expected)}`,
      }
    case 'invalid_value': {
      const meant = typeof value === 'string' ? nearest(value, issue.values.map(String)) : undefined
      const hint = meant === undefined ? '' : `did you mean ${meant}? `
      return { problem: 'is not one of the allowed words', remedy: `${hint}use ${issue.values.map(String).join(', ')}` }
    }
    case 'too_small':
      return {
        problem: 'is too small',
        remedy: `give ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`,
      }
    case 'too_big':
      return {
        problem: 'is too large',
        remedy: `give ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`,
      }
    case 'invalid_union': {
      // A union of shapes told apart by `type` says which words it knows; any other has a message of its own, or those
      // of its branches.
      const messages = new Set(issue.errors.flat().map((inner) => inner.message))
      const isSaid = messages.size === 0 || issue.message !== 'Invalid input'
      return {
        problem: 'fits none of the allowed forms',
        remedy: isSaid ? issue.message : [...messages].join(', or '),
      }
    }
    case 'invalid_key':
      return {
        problem: 'has a name that is not allowed',
        remedy: issue.issues.map((inner) => inner.message).join(', '),
      }
    default:
      return { problem: 'is not allowed', remedy: issue.message }
  }
}

function named(type: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a map of settings',
    record: 'a map',
  }
  return words[type] ?? `a ${type}`
}

function quoting(type: string): string {
  return type === 'string' ? ', in quotes when it looks like a number' : ''
}

function explained(path: SettingPath): string {
  const description = descriptionAt(path)
  return description === '' ? '' : ` (${description})`
}
