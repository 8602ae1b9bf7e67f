import { posix } from 'node:path'

/** One step of a Dockerfile: `COPY`, its flags, and the words or the command that follow. */
export interface Step {
  readonly name: string
  /** `--from=build` as `from` and `build`. */
  readonly flags: ReadonlyMap<string, string>
  readonly text: string
}

/** Build stage, which begins with a FROM. */
export interface Stage {
  readonly image: string
  /** As other stages call it; '' for the last one. */
  readonly alias: string
  readonly steps: readonly Step[]
}

export interface Dockerfile {
  /** Arguments before the first FROM, with their defaults. */
  readonly args: ReadonlyMap<string, string>
  readonly stages: readonly Stage[]
}

/** Reads the parts of the Dockerfile language that a Dockerfile of ours uses; throws where there is more. */
export function parseDockerfile(text: string): Dockerfile {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const args = new Map<string, string>()
  const stages: (Stage & { readonly steps: Step[] })[] = []
  for (const line of lines) {
    const step = stepOf(line)
    const stage = stages.at(-1)
    if (step.name === 'FROM') {
      const [image = '', , alias = ''] = step.text.split(/\s+/)
      stages.push({ image: expand(image, args), alias, steps: [] })
    } else if (stage === undefined) {
      if (step.name !== 'ARG') throw new Error(`before the first FROM: ${line}`)
      for (const [name, value] of pairsOf(step.text)) args.set(name, value)
    } else stage.steps.push(step)
  }
  return { args, stages }
}

function stepOf(line: string): Step {
  const match = /^([A-Z]+)\s+((?:--[a-z-]+=\S+\s+)*)(.+)$/.exec(line)
  if (match === null) throw new Error(`no step of a Dockerfile: ${line}`)
  const [, name = '', flags = '', text = ''] = match
  const named = [...flags.matchAll(/--([a-z-]+)=(\S+)/g)].map((flag) => [flag[1]!, flag[2]!] as const)
  return { name, flags: new Map(named), text: text.trim() }
}

/** The `NAME=value` of ARG, ENV and LABEL. */
export function pairsOf(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S*))/g)].map((match) => [match[1]!, match[2] ?? match[3] ?? ''])
}

export function expand(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$\{?(\w+)\}?/g, (_whole, name: string) => values.get(name) ?? '')
}

/** The exec form of ENTRYPOINT, CMD and a HEALTHCHECK's CMD. */
export function wordsOf(text: string): readonly string[] {
  return JSON.parse(text) as readonly string[]
}

/** Reads a `.dockerignore`; the answer is true for a path, from the root of the context with forward slashes, that it keeps out. */
export function ignoring(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ isOut: !line.startsWith('!'), pattern: patternOf(line.replace(/^!/, '')) }))
  return (path) => {
    const folders = path.split('/').map((_part, i, parts) => parts.slice(0, i + 1).join('/'))
    // The last rule that fits the path, or a folder it lies in, decides.
    return rules.findLast(({ pattern }) => folders.some((folder) => pattern.test(folder)))?.isOut ?? false
  }
}

function patternOf(rule: string): RegExp {
  const text = posix.normalize(rule).replace(/^\/|\/$/g, '')
  return new RegExp(`^${text.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[^/]*')}$`)
}
