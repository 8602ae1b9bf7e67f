import { readFileSync } from 'node:fs'
import { type Document, isMap, LineCounter, type Node, parse, parseDocument } from 'yaml'
import { nearest } from './did-you-mean.js'
import { type ConfigProblem, shownValue } from './problems.js'
import { pathText, SCALAR_SETTINGS, type ScalarSetting, type SettingPath } from './shape.js'

/**
 * Settings come from these, the later over the earlier: the YAML file, the environment (`GREENGAUGE_MQTT__PORT`, and
 * `GREENGAUGE_…_FILE` for a value that lies in a file), flags. The result is one tree, still unchecked.
 */

export interface Sources {
  /** Path of the YAML file; without it there is none. */
  readonly file?: string | undefined
  /** Text to take in place of what the file holds. */
  readonly text?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** By dotted path, as given on the command line: `{'mqtt.port': '1884'}`. */
  readonly flags: Readonly<Record<string, string>>
}

export interface GatheredSettings {
  readonly tree: Readonly<Record<string, unknown>>
  readonly problems: readonly ConfigProblem[]
  /** The variable or flag that has set a path, by the dotted path. */
  readonly overridden: ReadonlyMap<string, string>
  /** Line, variable or flag in which a path was set; '' when nowhere. */
  where(path: SettingPath): string
}

const ENV_PREFIX = 'GREENGAUGE_'
const FILE_SUFFIX = '_FILE'

export function gather(sources: Sources): GatheredSettings {
  const file = sources.file === undefined ? emptyTree() : readYaml(sources.file, sources.text)
  const tree = file.tree
  const problems = [...file.problems]
  const overrides = new Map<string, string>()

  const given = [
    ...Object.entries(sources.env)
      .filter(([name, text]) => name.startsWith(ENV_PREFIX) && text !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, text]) => fromEnv(name, text ?? '')),
    ...Object.entries(sources.flags).map(([path, text]) => fromFlag(path, text)),
  ]
  for (const one of given) {
    if ('problem' in one) {
      problems.push(one)
      continue
    }
    set(tree, one.setting.path, meaningOf(one.setting, one.text))
    overrides.set(pathText(one.setting.path), one.where)
  }
  return { tree, problems, overridden: overrides, where: (path) => overrides.get(pathText(path)) ?? file.lineOf(path) }
}

interface Given {
  readonly setting: ScalarSetting
  readonly text: string
  readonly where: string
}

function fromEnv(name: string, text: string): Given | ConfigProblem {
  const where = `environment ${name}`
  const setting = settingOfEnv(name)
  if (setting !== undefined) return { setting, text, where }

  const inFile = name.endsWith(FILE_SUFFIX) ? settingOfEnv(name.slice(0, -FILE_SUFFIX.length)) : undefined
  if (inFile === undefined) {
    const meant = nearest(name, SCALAR_SETTINGS.map(envName))
    const remedy = meant === undefined ? 'unset it; lists are set in the file alone' : `did you mean ${meant}?`
    return { path: '', where, value: '', problem: 'is not a setting', remedy }
  }
  try {
    return { setting: inFile, text: readFileSync(text, 'utf8').trimEnd(), where }
  } catch (error) {
    const path = pathText(inFile.path)
    return {
      path,
      where,
      value: JSON.stringify(text),
      problem: `cannot be read (${codeOf(error)})`,
      remedy: FILE_REMEDY,
      ...ofPermission(error),
    }
  }
}

function fromFlag(path: string, text: string): Given | ConfigProblem {
  const where = `flag --set ${path}`
  const setting = SCALAR_SETTINGS.find((one) => pathText(one.path) === path)
  if (setting !== undefined) return { setting, text, where }
  const meant = nearest(
    path,
    SCALAR_SETTINGS.map((one) => pathText(one.path)),
  )
  const remedy = meant === undefined ? 'remove it; lists are set in the file alone' : `did you mean ${meant}?`
  return { path, where, value: shownValue(path.split('.'), text), problem: 'is not a setting', remedy }
}

function settingOfEnv(name: string): ScalarSetting | undefined {
  return SCALAR_SETTINGS.find((setting) => envName(setting) === name)
}

/** The environment variable of a setting: `mqtt.port` is `GREENGAUGE_MQTT__PORT`. */
export function envName(setting: Pick<ScalarSetting, 'path'>): string {
  return ENV_PREFIX + setting.path.join('__').toUpperCase()
}

/** Text from outside the file means what it would mean in the file, except that a text setting takes it as it is. */
function meaningOf(setting: ScalarSetting, text: string): unknown {
  if (setting.isText) return text
  try {
    return parse(text)
  } catch {
    return text
  }
}

function set(tree: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let here = tree
  for (const key of path.slice(0, -1)) {
    const next = Object.hasOwn(here, key) ? here[key] : undefined
    if (isTree(next)) here = next
    else here = here[key] = {} as Record<string, unknown>
  }
  here[path.at(-1)!] = value
}

export interface YamlFile {
  readonly tree: Record<string, unknown>
  readonly problems: readonly ConfigProblem[]
  lineOf(path: SettingPath): string
}

/** Stands for a file that is not given or cannot be used. */
function emptyTree(...problems: readonly ConfigProblem[]): YamlFile {
  return { tree: {}, problems, lineOf: () => '' }
}

const FILE_REMEDY = 'check the path and who may read it'

function ofPermission(error: unknown): Pick<ConfigProblem, 'isPermission'> {
  return ['EACCES', 'EPERM'].includes(codeOf(error)) ? { isPermission: true } : {}
}

/** @param given text to take in place of what the file holds */
export function readYaml(file: string, given?: string): YamlFile {
  const wrong = (where: string, problem: string, remedy: string): ConfigProblem => {
    return { path: '', where, value: '', problem, remedy }
  }
  let text: string
  try {
    text = given ?? readFileSync(file, 'utf8')
  } catch (error) {
    return emptyTree({ ...wrong(file, `cannot be read (${codeOf(error)})`, FILE_REMEDY), ...ofPermission(error) })
  }
  const lines = new LineCounter()
  // Without pretty errors: those quote the lines around the fault, and a secret may stand there.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number) => `${file}:${lines.linePos(offset).line}`
  const problems = document.errors.map((error) => {
    return wrong(at(error.pos[0]), `is not YAML: ${error.message}`, 'correct the syntax in or just before this line')
  })
  if (problems.length > 0) return emptyTree(...problems)

  let content: unknown
  try {
    content = document.toJS() ?? {}
  } catch (error) {
    const problem = `cannot be resolved: ${error instanceof Error ? error.message : String(error)}`
    return emptyTree(wrong(file, problem, 'write the values out instead of using aliases'))
  }
  if (!isTree(content)) {
    const remedy = 'start with a setting such as "plants:"'
    return emptyTree(wrong(file, 'is not a map of settings', remedy))
  }
  return { tree: content, problems: [], lineOf: (path) => at(offsetOf(document, path)) }
}

/** Offset of a path in the text; what is missing is looked for where its nearest ancestor stands. */
function offsetOf(document: Document, path: SettingPath): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
    const key = path[length - 1]
    const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(key)) : undefined
    const node = (pair?.key ?? document.getIn(path.slice(0, length), true)) as Node | undefined
    if (node?.range) return node.range[0]
  }
  return 0
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
